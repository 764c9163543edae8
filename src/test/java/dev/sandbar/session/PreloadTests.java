package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.session.tool.ToolEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The sandbox that is there before anybody asks, on runtimes that are slow or fail. */
class PreloadTests {

    private final House house = House.running();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void earlyCallWaitsWithProgressAndRunsOnThePreloadedSandbox() {
        house.machine.creationTakes = Duration.ofSeconds(7);
        String id = house.open();
        Ask<ToolEvent> call = house.bash(id, "hello");
        house.advance(Duration.ofSeconds(6));
        assertThat(call.values).hasOnlyElementsOfType(ToolEvent.Progress.class).hasSize(2);
        house.advance(Duration.ofSeconds(2));
        assertThat(House.result(call).output()).isEqualTo("hello");
        assertThat(house.machine.started).hasSize(1);
        assertThat(house.tools().calls).containsExactly(house.sandboxOf(id) + " hello");
    }

    @Test
    void cancelOfAWaitingCallLeavesThePreloadAlone() {
        house.machine.creationTakes = Duration.ofSeconds(5);
        String id = house.open();
        house.bash(id, "x").cancel();
        house.advance(Duration.ofSeconds(6));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.READY);
        assertThat(house.tools().calls).isEmpty();
        assertThat(house.events(id)).endsWith("sandbox.ready");
        assertThat(house.events(id)).contains("tool.end");
    }

    @Test
    void waitingHasADeadline() {
        house.machine.creationHangs = true;
        house.creationLimit = Duration.ofMinutes(10);
        house.restart();
        String id = house.open();
        Ask<ToolEvent> call = house.bash(id, "x");
        house.advance(SessionSettings.DEFAULT.waits().sandbox().plusSeconds(1));
        assertThat(House.result(call).success()).isFalse();
        assertThat(House.result(call).error()).contains("still being created, since 60 s");
        assertThat(house.slot(id).state()).isEqualTo(SlotState.PRELOADING);
    }

    @Test
    void failedPreloadSurfacesWithReasonAndAgeAndTheNextCallTriesAgain() {
        house.machine.creationFails = new RuntimeUnavailableException("the disk is full");
        String id = house.open();
        assertThat(house.slot(id).state()).isEqualTo(SlotState.FAILED);
        house.machine.creationFails = null;
        house.advance(Duration.ofSeconds(12));
        assertThat(House.result(house.bash(id, "x")).error())
                .isEqualTo("Failed to create sandbox: the disk is full (12 s ago). The next call tries again.");
        assertThat(House.result(house.bash(id, "x")).success()).isTrue();
    }

    @Test
    void whoWaitsForAPreloadThatFailsIsTold() {
        house.machine.creationTakes = Duration.ofSeconds(3);
        house.machine.sightingFails = new RuntimeUnavailableException("build error");
        String id = house.open();
        Ask<ToolEvent> one = house.bash(id, "x");
        Ask<ToolEvent> two = house.bash(id, "y");
        house.advance(Duration.ofSeconds(4));
        assertThat(House.result(one).error()).contains("build error");
        assertThat(House.result(two).error()).contains("build error");
        assertThat(house.boxes()).isEmpty();
    }

    @Test
    void runtimeThatShowsTheSandboxLateIsWaitedFor() {
        house.machine.hiddenFor = 3;
        String id = house.open();
        assertThat(house.slot(id).state()).isEqualTo(SlotState.PRELOADING);
        house.advance(Duration.ofSeconds(2));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.READY);
    }

    @Test
    void runtimeThatShowsOtherHardwareIsWaitedForUntilTheDeadline() {
        house.machine.shows = new Limits(2, 256, 64, 64);
        String id = house.open();
        house.advance(Duration.ofSeconds(10));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.PRELOADING);
        house.advance(Duration.ofSeconds(10));
        assertThat(house.slot(id).error()).isEqualTo("it took too long");
        assertThat(house.boxes()).isEmpty();
    }

    @Test
    void otherErrorsOfTheRuntimeEndItAtOnce() {
        house.machine.hiddenFor = 1;
        String id = house.open();
        house.machine.sightingFails = new RuntimeUnavailableException("runtime error");
        house.advance(Duration.ofSeconds(1));
        assertThat(house.slot(id).error()).isEqualTo("runtime error");
        assertThat(house.boxes()).isEmpty();
        assertThat(house.get(id).owed()).isEmpty();
    }

    @Test
    void sessionsOfOneOwnerTakeTurnsAndAllOfThemGetTheirs() {
        house.machine.creationTakes = Duration.ofSeconds(1);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) ids.add(house.open());
        house.advance(Duration.ofSeconds(10));
        assertThat(ids).allMatch(id -> house.slot(id).state() == SlotState.READY);
        assertThat(house.machine.mostMaking).isEqualTo(1);
    }

    @Test
    void ownersDontWaitForEachOtherAndAllTogetherAreBounded() {
        house.machine.creationTakes = Duration.ofSeconds(1);
        for (int i = 0; i < 40; i++) {
            SessionRequest request = new SessionRequest(
                    "owner" + i, null, null, "base", null, java.util.Map.of(), java.util.Map.of(), null, null);
            house.ask(house.sessions().open(request));
        }
        house.advance(Duration.ofSeconds(4));
        assertThat(house.machine.mostMaking)
                .isEqualTo(SessionSettings.DEFAULT.creations().preloads());
        assertThat(house.boxes()).hasSize(40);
    }

    @Test
    void activeSessionRenewsItsSandbox() {
        String id = house.open();
        for (int i = 0; i < 12; i++) {
            house.advance(Duration.ofMinutes(10));
            assertThat(House.result(house.bash(id, "x")).output()).isEqualTo("x");
        }
        assertThat(house.machine.started).hasSize(1);
        assertThat(house.events(id)).doesNotContain("sandbox.torn_down");
    }

    @Test
    void failingDeletionStaysOwedUntilItSucceeds() {
        String id = house.open();
        String sandbox = house.sandboxOf(id);
        house.machine.destructionFails = new RuntimeUnavailableException("no");
        Ask<Void> end = house.ask(house.sessions().end("ann", id));
        house.advance(Duration.ofMinutes(5));
        assertThat(end.failed()).isTrue();
        assertThat(house.get(id).owed()).containsExactly(sandbox);
        assertThat(house.events(id)).doesNotContain("session.ended");
        house.machine.destructionFails = null;
        house.advance(Duration.ofMinutes(3));
        assertThat(house.get(id).owed()).isEmpty();
        assertThat(house.boxes()).isEmpty();
        assertThat(house.events(id)).endsWith("session.ended");
    }
}

package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.session.tool.ToolEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Teardown, presence, eviction, interruption, and sandboxes that end by themselves. */
class LifeTests {

    private static final Duration GRACE = SessionSettings.DEFAULT.waits().pageHide();
    private static final Duration IDLE = SessionSettings.DEFAULT.idleTimeout();

    private final House house = House.running();

    @AfterEach
    void close() {
        house.close();
    }

    private Ask<Void> teardown(String id, boolean wish) {
        return house.ask(house.sessions().teardown("ann", id, wish));
    }

    @Test
    void teardownAnswersBeforeTheSandboxIsGoneAndMayBeRepeated() {
        String id = house.open();
        house.machine.destructionFails = new dev.sandbar.runtime.RuntimeUnavailableException("slow");
        assertThat(teardown(id, false).done()).isTrue();
        assertThat(teardown(id, false).done()).isTrue();
        assertThat(house.slot(id).state()).isEqualTo(SlotState.TORN_DOWN);
        assertThat(house.boxes()).hasSize(1);
        house.machine.destructionFails = null;
        house.advance(Duration.ofMinutes(2));
        assertThat(house.boxes()).isEmpty();
        assertThat(house.events(id)).containsOnlyOnce("sandbox.torn_down");
    }

    @Test
    void teardownDuringThePreloadDestroysWhatItStillProduces() {
        house.machine.creationTakes = Duration.ofSeconds(5);
        String id = house.open();
        teardown(id, false);
        house.advance(Duration.ofSeconds(20));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.TORN_DOWN);
        assertThat(house.boxes()).isEmpty();
        assertThat(house.get(id).owed()).isEmpty();
    }

    @Test
    void creationThatDoesntReactIsCutAfterThirtySeconds() {
        house.creationLimit = Duration.ofMinutes(2);
        house.restart();
        house.machine.creationHangs = true;
        String id = house.open();
        teardown(id, false);
        house.machine.creationHangs = false;
        String next = house.open();
        house.advance(Duration.ofSeconds(29));
        assertThat(house.slot(next).state()).isEqualTo(SlotState.PRELOADING);
        house.advance(Duration.ofSeconds(3));
        assertThat(house.slot(next).state()).isEqualTo(SlotState.READY);
        assertThat(house.get(id).owed()).hasSize(1);
        house.advance(Duration.ofMinutes(5));
        assertThat(house.get(id).owed()).isEmpty();
        assertThat(house.boxes()).containsExactly(house.sandboxOf(next));
    }

    @Test
    void wishOfALeftPageWaitsItsGrace() {
        String id = house.open();
        teardown(id, true);
        house.advance(GRACE.minusSeconds(2));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.READY);
        house.advance(Duration.ofSeconds(4));
        assertThat(house.slot(id).error()).isEqualTo("page-hide");
        assertThat(house.boxes()).isEmpty();
    }

    @Test
    void wishIsWithdrawnByAReturn() {
        String id = house.open();
        teardown(id, true);
        Ask<Void> stream = house.ask(house.sessions().presence("ann", id));
        assertThat(house.get(id).wishedAt()).isNull();
        stream.cancel();
        house.advance(GRACE.multipliedBy(2));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.READY);
    }

    @Test
    void wishIsWithdrawnWhereAnotherTabIsThere() {
        String id = house.open();
        house.ask(house.sessions().presence("ann", id));
        Ask<Void> leaving = house.ask(house.sessions().presence("ann", id));
        teardown(id, true);
        leaving.cancel();
        house.advance(GRACE.plusSeconds(2));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.READY);
        assertThat(house.get(id).wishedAt()).isNull();
    }

    @Test
    void wishNeverInterruptsARunningTool() {
        String id = house.open();
        Ask<ToolEvent> call = house.bash(id, "hang");
        teardown(id, true);
        house.advance(GRACE.multipliedBy(3));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.READY);
        call.cancel();
        house.advance(Duration.ofSeconds(2));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.TORN_DOWN);
    }

    @Test
    void wishOutlivesTheService() {
        String id = house.open();
        teardown(id, true);
        house.restart();
        house.advance(GRACE.plusSeconds(2));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.TORN_DOWN);
    }

    @Test
    void idleSessionIsEvictedAndComesBackOnItsNextUse() {
        String id = house.open();
        house.advance(IDLE.plusSeconds(2));
        assertThat(house.get(id).state()).isEqualTo(SessionState.IDLE);
        assertThat(house.boxes()).isEmpty();
        assertThat(house.sessions().active()).isZero();
        Ask<ToolEvent> call = house.bash(id, "x");
        assertThat(House.result(call).output()).isEqualTo(Words.RESET + "\nx");
        assertThat(house.get(id).state()).isEqualTo(SessionState.ACTIVE);
        assertThat(house.sessions().active()).isEqualTo(1);
    }

    @Test
    void runningToolAndUseKeepASessionFromEviction() {
        String id = house.open();
        Ask<ToolEvent> call = house.bash(id, "hang");
        house.advance(IDLE.multipliedBy(2));
        assertThat(house.get(id).state()).isEqualTo(SessionState.ACTIVE);
        call.cancel();
        house.advance(IDLE.minusMinutes(1));
        assertThat(house.get(id).state()).isEqualTo(SessionState.ACTIVE);
        house.advance(Duration.ofMinutes(2));
        assertThat(house.get(id).state()).isEqualTo(SessionState.IDLE);
    }

    @Test
    void fiftyUsesBringItBackOnce() {
        String id = house.open();
        house.advance(IDLE.plusSeconds(2));
        List<Ask<ToolEvent>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Ask<ToolEvent> call = new Ask<>();
            house.sessions()
                    .tool("ann", id, "bash", House.json("{\"command\":\"x\"}"))
                    .subscribe(call);
            calls.add(call);
        }
        house.advance(Duration.ofSeconds(1));
        assertThat(calls).allMatch(call -> House.result(call).success());
        assertThat(house.machine.started).hasSize(2);
        assertThat(house.sessions().active()).isEqualTo(1);
    }

    @Test
    void evictedSessionsEndAfterTheirTime() {
        String id = house.open();
        house.advance(IDLE.plusSeconds(2));
        house.time.advanceTimeBy(SessionSettings.DEFAULT.keep().idle());
        house.advance(Duration.ofSeconds(3));
        assertThat(house.get(id).state()).isEqualTo(SessionState.ENDED);
        assertThat(house.get(id).cause()).isEqualTo("idle");
    }

    @Test
    void killedSandboxLeavesASessionThatGoesOn() {
        String id = house.open();
        house.ask(house.run().sandboxes().kill("ann", house.sandboxOf(id)));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.TORN_DOWN);
        assertThat(house.slot(id).error()).isEqualTo("killed");
        assertThat(House.result(house.bash(id, "x")).output()).startsWith(Words.RESET);
    }

    @Test
    void lostAgentLeavesASessionThatGoesOn() {
        String id = house.open();
        house.machine.box(house.sandboxOf(id)).agent.end();
        house.advance(Duration.ofSeconds(2));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.FAILED);
        assertThat(house.slot(id).error()).isEqualTo("agent-gone");
        assertThat(House.result(house.bash(id, "x")).success()).isTrue();
        assertThat(house.boxes()).containsExactly(house.sandboxOf(id));
    }

    @Test
    void interruptEndsRunningToolsAndLaterOnesRun() {
        String id = house.open();
        Ask<ToolEvent> call = house.bash(id, "hang");
        house.ask(house.sessions().interrupt("ann", id));
        assertThat(House.result(call).error()).isEqualTo("Interrupted");
        assertThat(House.result(call).cause()).isEqualTo("interrupted");
        assertThat(house.tools().running).isZero();
        assertThat(House.result(house.bash(id, "x")).success()).isTrue();
        assertThat(house.events(id)).endsWith("tool.end", "tool.start", "tool.output", "tool.end");
    }

    @Test
    void callerWhoGoesEndsItsTool() {
        String id = house.open();
        house.bash(id, "hang").cancel();
        house.advance(Duration.ZERO);
        assertThat(house.tools().running).isZero();
        assertThat(house.story(id)).contains("The caller has gone");
    }

    @Test
    void longOutputIsToldInPartAndGivenWhole() {
        String id = house.open();
        String text = "y".repeat(400_000);
        Ask<ToolEvent> call = house.bash(id, text);
        assertThat(House.result(call).output()).hasSize(400_000);
        assertThat(house.story(id).length()).isBetween(256 * 1024, 320 * 1024);
        assertThat(house.story(id)).contains("\"truncated\":true");
    }

    /** Half of a pair would be told as an escape that strict parsers refuse, and with it all events. */
    @Test
    void longOutputIsNeverCutWithinAPair() {
        String id = house.open();
        house.bash(id, "y" + "\uD83D\uDE00".repeat(140_000));
        assertThat(house.story(id))
                .contains("\uD83D\uDE00")
                .doesNotContainIgnoringCase("\\ud83d")
                .doesNotContainIgnoringCase("\\ude00");
    }

    @Test
    void wrongArgumentsAreRefusedBeforeAnythingIsDone() {
        String id = house.open();
        Ask<ToolEvent> call = house.ask(house.sessions().tool("ann", id, "bash", House.json("{}")));
        assertThat(call.error()).hasMessageContaining("command");
        assertThat(house.ask(house.sessions().tool("ann", id, "nonsense", House.json("{}")))
                        .error())
                .hasMessageContaining("no tool");
        assertThat(house.events(id)).doesNotContain("tool.start");
    }

    @Test
    void limitsAreTakenAndGivenBack() {
        house.close();
        SessionSettings usual = SessionSettings.DEFAULT;
        SessionSettings few = new SessionSettings(
                3,
                2,
                usual.idleTimeout(),
                usual.longest(),
                usual.lease(),
                1,
                usual.waits(),
                usual.creations(),
                usual.keep());
        try (House small = House.running(few)) {
            String one = small.open();
            small.open();
            assertThat(small.ask(small.sessions().open(House.request(null))).error())
                    .isInstanceOf(SessionException.LimitReached.class)
                    .hasMessageContaining("sandbar.sessions.most-per-owner");
            small.ask(small.sessions().end("ann", one));
            assertThat(small.sessions().active()).isEqualTo(1);
            small.open();
        }
    }

    @Test
    void callsThatARestartCutsOffAreToldAsEndedBeforeAnythingElseAndOnce() {
        String id = house.open();
        house.bash(id, "hang");
        List<String> cut = house.calls(id, "tool.start");
        house.restart();
        assertThat(house.events(id)).endsWith("tool.start", "tool.output", "tool.end");
        assertThat(house.story(id)).containsOnlyOnce("\"cause\":\"service-restart\"");
        house.restart();
        house.bash(id, "x");
        assertThat(house.calls(id, CallRecord.END)).hasSize(2).containsAll(cut).doesNotHaveDuplicates();
    }

    @Test
    void ofASessionThatIsOverNoCallIsLeftBehind() {
        String id = house.open();
        house.bash(id, "hang");
        house.ask(house.sessions().end("ann", id));
        house.advance(Duration.ofSeconds(1));
        assertThat(house.store.list(CallRecord.KIND).collectList().block()).isEmpty();
    }
}

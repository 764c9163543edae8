package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.sandbox.SandboxException;
import dev.sandbar.store.Document;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What a session may be asked for, and what is noted of its use. */
class OpeningTests {

    private static final Duration LONGEST = SessionSettings.DEFAULT.longest();

    private final House house = House.running();

    @AfterEach
    void close() {
        house.close();
    }

    private Ask<Opened> open(
            String template, @Nullable String hardware, @Nullable Duration idle, @Nullable Duration lifetime) {
        Map<String, String> none = Map.of();
        return house.ask(house.sessions()
                .open(new SessionRequest("ann", null, "t", template, hardware, none, none, idle, lifetime)));
    }

    @Test
    void timesAreBounded() {
        for (Duration wrong : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1), LONGEST.plusSeconds(1)}) {
            assertThat(open("base", null, wrong, null).error())
                    .isInstanceOf(SessionException.Invalid.class)
                    .hasMessageContaining("\"idleTimeout\" must be from 1 to " + LONGEST.toSeconds());
            assertThat(open("base", null, null, wrong).error())
                    .isInstanceOf(SessionException.Invalid.class)
                    .hasMessageContaining("\"timeout\"");
        }
        assertThat(house.sessions().active()).isZero();
        Session longest = open("base", null, LONGEST, LONGEST).value().session();
        assertThat(longest.terms().idleTimeout()).isEqualTo(LONGEST);
        assertThat(longest.terms().endAt()).isEqualTo(house.now().plus(LONGEST));
    }

    @Test
    void templatesAndHardwareAreTheOnesThatThereAre() {
        assertThat(open("other", null, null, null).error()).isInstanceOf(SandboxException.UnknownTemplate.class);
        assertThat(open("base", "other", null, null).error()).isInstanceOf(SessionException.UnknownHardware.class);
        assertThat(open("base", "cpu-basic", null, null).value().session().approvals())
                .isEmpty();
        assertThat(open("base", "big", null, null).value().session().approvals())
                .singleElement()
                .satisfies(approval -> assertThat(approval.reason()).contains("when the session was opened"));
    }

    private Session recorded(String id) {
        Document document =
                Objects.requireNonNull(house.store.find(Records.KIND, id).block());
        return new SessionCodec().read(document.content());
    }

    @Test
    void useIsRecordedEachHalfMinute() {
        String id = house.open();
        Session first = recorded(id);
        house.advance(Duration.ofSeconds(29));
        house.bash(id, "x");
        assertThat(recorded(id).lastActiveAt()).isEqualTo(first.lastActiveAt());
        house.advance(Duration.ofSeconds(1));
        house.bash(id, "x");
        assertThat(recorded(id).lastActiveAt()).isEqualTo(house.now());
    }

    private Ask<Opened> withKey() {
        Ask<Opened> ask = new Ask<>();
        house.sessions().open(House.request("k")).subscribe(ask);
        return ask;
    }

    @Test
    void whoWaitsForAnOpeningThatIsRefusedOpensItself() {
        Sinks.Empty<Void> store = Sinks.empty();
        house.faults().held = store.asMono();
        house.faults().arm(Faults.Kind.REFUSE, 0, step -> step.startsWith("commit"));
        Ask<Opened> first = withKey();
        Ask<Opened> second = withKey();
        house.faults().held = Mono.empty();
        store.tryEmitEmpty();
        house.advance(Duration.ZERO);
        assertThat(first.error()).isInstanceOf(StoreException.class);
        assertThat(second.value().existed()).isFalse();
        assertThat(house.sessions().active()).isEqualTo(1);
        assertThat(withKey().value().existed()).isTrue();
    }

    @Test
    void openingThatFindsNoRoomAmongTheTasksLeavesNothing() {
        Sinks.Empty<Void> others = Sinks.empty();
        while (house.run().tasks().running() < House.TASKS) {
            house.run().tasks().start("other", others.asMono());
        }
        assertThat(withKey().error()).isInstanceOf(RejectedExecutionException.class);
        assertThat(house.sessions().active()).isZero();
        assertThat(house.sessions().entries().keys()).isZero();
        assertThat(house.sessions().entries().all()).isEmpty();
        others.tryEmitEmpty();
        assertThat(withKey().value().existed()).isFalse();
        assertThat(house.sessions().entries().keys()).isEqualTo(1);
    }

    @Test
    void placeOfASessionThatCantComeBackNowIsFree() {
        String id = house.open();
        house.advance(SessionSettings.DEFAULT.idleTimeout().plusSeconds(2));
        assertThat(house.sessions().active()).isZero();
        house.faults().arm(Faults.Kind.REFUSE, 0, step -> step.startsWith("commit"));
        assertThat(house.bash(id, "x").error()).isInstanceOf(StoreException.class);
        assertThat(house.sessions().active()).isZero();
        assertThat(House.result(house.bash(id, "x")).success()).isTrue();
        assertThat(house.sessions().active()).isEqualTo(1);
    }

    @Test
    void endWithdrawsWhatStillWaitsForAPerson() {
        String id = house.open();
        house.provision(id, "big");
        house.ask(house.sessions().end("ann", id));
        assertThat(recorded(id).approvals()).extracting(Approval::state).containsExactly(Approval.State.WITHDRAWN);
    }

    @Test
    void whatIsTakenUpIsCounted() {
        house.open();
        String idle = house.open();
        house.ask(house.sessions().end("ann", house.open()));
        house.crash();
        house.evict(idle);
        house.ask(house.run().sandboxes().recover());
        assertThat(house.ask(house.sessions().recover()).value()).isEqualTo(new SessionRecovery(2, 1, 0));
        assertThat(house.sessions().active()).isEqualTo(1);
    }

    /** The store says nothing of it, though it has done it. */
    @Test
    void sessionWhoseRemovalWasNotAnsweredIsForgottenAllTheSame() {
        String id = house.open();
        house.ask(house.sessions().end("ann", id));
        house.faults().arm(Faults.Kind.FAIL_AFTER, 0, step -> step.contains("Delete"));
        house.time.advanceTimeBy(SessionSettings.DEFAULT.keep().ended().plusMinutes(1));
        house.advance(Duration.ofMinutes(3));
        assertThat(house.faults().hit()).isTrue();
        assertThat(house.sessions().entries().all()).isEmpty();
    }

    @Test
    void whoWasThereAndHasLeftHoldsNothingUp() {
        String id = house.open();
        house.ask(house.sessions().presence("ann", id)).cancel();
        house.ask(house.sessions().teardown("ann", id, true));
        house.advance(SessionSettings.DEFAULT.waits().pageHide().plusSeconds(2));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.TORN_DOWN);
    }
}

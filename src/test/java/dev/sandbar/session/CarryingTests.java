package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.ProcessEvent.Exited;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files are carried when all of it is known to have arrived, and otherwise the sandbox of before stays. */
class CarryingTests {

    private final House house = House.running();
    private final String id = house.open();
    private final String before = house.sandboxOf(id);

    @AfterEach
    void close() {
        house.close();
    }

    private FakeAgent here() {
        return house.machine.box(before).agent;
    }

    /** The agent of the new sandbox, while that is still being made. */
    private FakeAgent there(Ask<Approval> decision) {
        house.time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(decision.answered()).isFalse();
        return house.machine.box(house.machine.started.get(1)).agent;
    }

    private Ask<Approval> replace() {
        here().home = "files";
        house.machine.creationTakes = Duration.ofSeconds(2);
        house.provision(id, "big");
        return house.decide(id, house.get(id).approvals().get(0).id(), Approval.Decision.APPROVE);
    }

    private void kept(Ask<Approval> decision, String why) {
        house.advance(Duration.ofSeconds(10));
        assertThat(House.outcome(decision.value()).error()).contains(why);
        assertThat(House.outcome(decision.value()).sandboxId()).isNull();
        assertThat(house.sandboxOf(id)).isEqualTo(before);
        assertThat(house.boxes()).containsExactly(before);
        assertThat(house.story(id)).doesNotContain("verified");
    }

    @ParameterizedTest
    @CsvSource({"false, 2", "false, 127", "true, 9", "true, 1", "true, 0"})
    void aPackerThatFailsFailsTheReplacementThoughTheBytesAreTheSame(boolean signalled, int code) {
        Ask<Approval> decision = replace();
        there(decision).packed = new Exited(signalled, code, false);
        here().packed = new Exited(signalled, code, false);
        kept(decision, "its files can't be packed");
    }

    @ParameterizedTest
    @CsvSource({"false, 2", "true, 9"})
    void onlyTheCheckOnTheOtherSideFailing(boolean signalled, int code) {
        Ask<Approval> decision = replace();
        there(decision).packed = new Exited(signalled, code, false);
        kept(decision, "its files can't be packed");
    }

    @ParameterizedTest
    @CsvSource({"false, 1", "false, 2", "true, 9", "true, 0"})
    void anUnpackerThatFailsFailsTheReplacementThoughTheBytesAreTheSame(boolean signalled, int code) {
        Ask<Approval> decision = replace();
        there(decision).unpacked = new Exited(signalled, code, false);
        kept(decision, "its files can't be unpacked");
    }

    /** The packer's status 1: a file changed while it was read. The archive is whole, and compared. */
    @Test
    void aFileThatChangesMeanwhileIsNoFailure() {
        Ask<Approval> decision = replace();
        here().packed = new Exited(false, 1, false);
        house.advance(Duration.ofSeconds(10));
        assertThat(House.outcome(decision.value()).carried()).contains("5 bytes as an archive, verified");
        assertThat(house.machine.box(house.sandboxOf(id)).agent.home).isEqualTo("files");
        assertThat(house.boxes()).containsExactly(house.sandboxOf(id)).doesNotContain(before);
    }
}

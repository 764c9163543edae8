package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Which commands of a sandbox are known, in which order, and for how long. */
class KnownCommandsTests {

    private final House house = new House();

    @AfterEach
    void end() {
        house.close();
    }

    private void assertListed(String... ids) {
        StepVerifier.create(house.commands.list("s").map(Command::id))
                .expectNext(ids)
                .verifyComplete();
    }

    private void startOneAfterTheOther(String... ids) {
        for (String id : ids) {
            house.start(id);
            house.timer.advanceTimeBy(Duration.ofSeconds(1));
        }
    }

    @Test
    void newestIsListedFirstAndRunningOnesBeforeEndedOnes() {
        startOneAfterTheOther("a", "b", "c", "d");
        house.agent.exit("b", 0);
        house.agent.exit("d", 0);
        assertListed("c", "a", "d", "b");
    }

    @Test
    void oneThatNeverRanTakesNoPlace() {
        house.agent.silent = true;
        house.tryStart("never", OnDisconnect.KEEP).subscribe(started -> {}, stopped -> {});
        house.restart();
        house.agent.forgetAll();
        house.commands.adopted("s", house.agent).block();
        assertThat(house.find("never")).isNull();
        for (int i = 0; i < House.LIMITS.running(); i++) house.start("c" + i);
        StepVerifier.create(house.tryStart("more", OnDisconnect.KEEP)).verifyError(CommandException.TooMany.class);
    }

    @Test
    void oneOfAnEarlierRunThatItsLastReaderLeavesIsCancelled() {
        house.start("a", OnDisconnect.CANCEL);
        house.restartAndAdopt();
        Transcript.of(house.get("a"), Position.start()).cancel();
        assertThat(house.get("a").state()).isEqualTo(new CommandState.Signalled(15, Cause.CLIENT));
    }
}

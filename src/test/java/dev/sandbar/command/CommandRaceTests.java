package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.ProcessEvent;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.util.RaceTestUtils;

/** Pairs of steps in a command's life that meet. */
class CommandRaceTests {

    private static final int ROUNDS = Integer.getInteger("sandbar.races", 300);

    private House house = new House();

    @AfterEach
    void end() {
        house.close();
    }

    @Test
    void twoStartsOfOneIdAreOneCommand() {
        for (int i = 0; i < ROUNDS; i++) {
            String id = "c" + i;
            Command[] got = new Command[2];
            RaceTestUtils.race(() -> got[0] = house.start(id), () -> got[1] = house.start(id));
            assertThat(got[0]).isSameAs(got[1]);
            assertThat(house.agent.starts).hasValue(i + 1);
            house.agent.exit(id, 0);
        }
    }

    @Test
    void cancelMeetsTheEnd() {
        for (int i = 0; i < ROUNDS; i++) {
            String id = "c" + i;
            Command command = house.start(id);
            boolean[] done = new boolean[1];
            RaceTestUtils.race(
                    () -> house.commands
                            .cancel(command, Duration.ofSeconds(5))
                            .subscribe(null, null, () -> done[0] = true),
                    () -> house.agent.exit(id, 0));
            house.timer.advanceTimeBy(Duration.ofSeconds(1));
            assertThat(done[0]).isTrue();
            assertThat(command.state().ended()).isTrue();
            assertThat(house.agent.knows(id)).isFalse();
        }
    }

    @Test
    void lastReaderLeavesWhenItIsCancelled() {
        for (int i = 0; i < ROUNDS; i++) {
            String id = "c" + i;
            Command command = house.start(id, OnDisconnect.CANCEL);
            Transcript reader = Transcript.of(command, Position.behind(0));
            RaceTestUtils.race(
                    reader::cancel,
                    () -> house.commands.cancel(command, Duration.ofSeconds(5)).subscribe());
            house.timer.advanceTimeBy(Duration.ofSeconds(1));
            assertThat(command.state()).isEqualTo(new CommandState.Signalled(15, Cause.CLIENT));
            assertThat(house.pumps.running()).isZero();
        }
    }

    @Test
    void endOfTheSandboxMeetsTheExit() {
        for (int i = 0; i < ROUNDS; i++) {
            Command command = house.start("a");
            Transcript reader = Transcript.of(command, Position.behind(0));
            RaceTestUtils.race(
                    () -> house.agent.exit("a", new ProcessEvent.Exited(false, 0, false)),
                    () -> house.commands.endSandbox("s", Cause.SANDBOX_KILLED));
            assertThat(command.state().ended()).isTrue();
            assertThat(reader.ends()).hasSize(1);
            assertThat(reader.completed).isTrue();
            assertThat(Objects.requireNonNull(house.store.find("command", "s/a").block())
                            .content())
                    .asString()
                    .contains("\"cause\":\"" + command.state().cause().name());
            house.close();
            house = new House();
        }
    }

    @Test
    void outputMeetsARestart() {
        house.start("a");
        for (int i = 0; i < 50; i++) {
            RaceTestUtils.race(() -> house.agent.print("a", "x"), house::restart);
            house.commands.adopted("s", house.agent).block();
        }
        house.agent.exit("a", 0);
        assertThat(Transcript.of(house.get("a"), Position.start()).text()).isEqualTo("x".repeat(50));
    }
}

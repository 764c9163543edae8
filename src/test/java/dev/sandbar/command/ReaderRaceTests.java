package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.async.BackgroundTasks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.util.RaceTestUtils;

class ReaderRaceTests {

    private static final int ROUNDS = Integer.getInteger("sandbar.races", 500);
    private static final CommandLimits LIMITS =
            new CommandLimits(300, 300, 8, 10, 2, Duration.ofSeconds(30), Duration.ofSeconds(30));

    private final BackgroundTasks pumps = new BackgroundTasks("pumps", 10, Schedulers.parallel());
    private final Commands commands = Bed.commands(LIMITS, pumps, Schedulers.parallel());
    private ScriptedAgent agent = new ScriptedAgent();
    private Command command;

    @BeforeEach
    void begin() {
        renew();
    }

    @AfterEach
    void end() {
        commands.close();
        assertThat(pumps.running()).isZero();
    }

    @Test
    void joinMeetsOutput() {
        for (int i = 0; i < ROUNDS; i++) {
            Transcript first = Transcript.of(command, Position.start());
            Transcript[] joined = new Transcript[1];
            RaceTestUtils.race(() -> print(20), () -> joined[0] = Transcript.of(command, Position.start()));
            agent.exit(0);
            assertThat(first.text()).isEqualTo(expected(20));
            assertThat(joined[0].text()).isEqualTo(expected(20).substring(lost(joined[0])));
            assertEndedOnce(first, joined[0]);
            renew();
        }
    }

    @Test
    void joinMeetsTheEnd() {
        for (int i = 0; i < ROUNDS; i++) {
            Transcript[] joined = new Transcript[1];
            RaceTestUtils.race(() -> agent.exit(0), () -> joined[0] = Transcript.of(command, Position.now()));
            assertEndedOnce(joined[0]);
            renew();
        }
    }

    @Test
    void requestsMeetOutput() {
        for (int i = 0; i < ROUNDS; i++) {
            Transcript reader = Transcript.idle(command, Position.start());
            RaceTestUtils.race(() -> print(20), () -> request(reader, 12), () -> request(reader, 12));
            agent.exit(0);
            assertThat(reader.text()).isEqualTo(expected(20));
            assertEndedOnce(reader);
            renew();
        }
    }

    @Test
    void leavingMeetsOutputOfTheOther() {
        for (int i = 0; i < ROUNDS; i++) {
            Transcript stays = Transcript.of(command, Position.start());
            Transcript leaves = Transcript.idle(command, Position.start());
            RaceTestUtils.race(() -> print(20), leaves::cancel);
            agent.exit(0);
            assertThat(stays.text()).isEqualTo(expected(20));
            assertEndedOnce(stays);
            assertThat(command.log().hasReaders()).isFalse();
            renew();
        }
    }

    @Test
    void endOfTheSandboxMeetsTheEndOfTheCommand() {
        for (int i = 0; i < ROUNDS; i++) {
            Transcript reader = Transcript.of(command, Position.start());
            RaceTestUtils.race(() -> agent.exit(0), () -> commands.endSandbox("s", Cause.SANDBOX_KILLED));
            boolean ended = command.state() instanceof CommandState.Exited;
            assertThat(reader.ends()).hasSize(ended ? 1 : 0);
            assertThat(reader.completed).isEqualTo(ended);
            assertThat(reader.error == null).isEqualTo(ended);
            assertThat(pumps.running()).isZero();
            renew();
        }
    }

    @Test
    void endOfTheSandboxMeetsAStart() {
        for (int i = 0; i < ROUNDS; i++) {
            ScriptedAgent other = new ScriptedAgent();
            RaceTestUtils.race(
                    () -> commands.start("s", other, CommandsTests.request(null))
                            .onErrorComplete()
                            .subscribe(),
                    () -> commands.endSandbox("s", Cause.SANDBOX_KILLED));
            commands.endSandbox("s", Cause.SANDBOX_KILLED);
            assertThat(pumps.running()).isZero();
        }
    }

    private void renew() {
        commands.endSandbox("s", Cause.SANDBOX_KILLED);
        commands.forgotten("s").block();
        agent = new ScriptedAgent();
        agent.started();
        command = Objects.requireNonNull(
                commands.start("s", agent, CommandsTests.request(null)).block());
    }

    private void print(int pieces) {
        for (int i = 0; i < pieces; i++) {
            agent.print(piece(i).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void request(Transcript reader, int times) {
        for (int i = 0; i < times; i++) reader.request(1);
    }

    private static String piece(int number) {
        return String.format("<%02d>", number);
    }

    private static String expected(int pieces) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < pieces; i++) all.append(piece(i));
        return all.toString();
    }

    private static int lost(Transcript reader) {
        return reader.events.stream()
                .filter(CommandEvent.Gap.class::isInstance)
                .mapToInt(gap -> (int) ((CommandEvent.Gap) gap).lost())
                .sum();
    }

    private static void assertEndedOnce(Transcript... readers) {
        for (Transcript reader : readers) {
            assertThat(reader.error).isNull();
            assertThat(reader.ends()).hasSize(1);
            assertThat(reader.events.get(reader.events.size() - 1)).isInstanceOf(CommandEvent.Ended.class);
            assertThat(reader.completed).isTrue();
        }
    }
}

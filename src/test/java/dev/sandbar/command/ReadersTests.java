package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.async.BackgroundTasks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class ReadersTests {

    private static final CommandLimits LIMITS =
            new CommandLimits(4096, 4096, 4, 3, 2, Duration.ofSeconds(30), Duration.ofSeconds(30));
    private static final int PIECE = 1000;

    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final BackgroundTasks pumps = new BackgroundTasks("pumps", 10, timer);
    private final Commands commands = Bed.commands(LIMITS, pumps, timer);
    private final ScriptedAgent agent = new ScriptedAgent();
    private Command command;

    @BeforeEach
    void begin() {
        commands.begin();
        agent.started();
        command = Objects.requireNonNull(
                commands.start("s", agent, CommandsTests.request(null)).block());
    }

    @AfterEach
    void end() {
        commands.close();
        timer.dispose();
    }

    @Test
    void slowReaderHoldsUpTheProcessAndLosesNothing() {
        Transcript slow = Transcript.idle(command, Position.start());
        String all = print(100);
        int held = agent.taken.get();
        assertThat(held).isLessThan(30);
        slow.request(3);
        assertThat(slow.events).hasSize(3);
        slow.request(Long.MAX_VALUE);
        assertThat(slow.text()).isEqualTo(all);
        assertThat(agent.taken.get()).isEqualTo(101);
    }

    @Test
    void memoryIsBoundedWithoutReadersToo() {
        timer.advanceTimeBy(Duration.ofSeconds(32));
        print(100);
        assertThat(agent.taken.get()).isEqualTo(101);
        assertThat(command.log().kept()).isLessThanOrEqualTo(4096 + PIECE + 64);
    }

    @Test
    void readerThatTakesNothingIsCutAndTheProcessGoesOn() {
        Transcript stuck = Transcript.idle(command, Position.start());
        stuck.request(2);
        print(100);
        timer.advanceTimeBy(Duration.ofSeconds(29));
        assertThat(stuck.error).isNull();
        timer.advanceTimeBy(Duration.ofSeconds(3));
        assertThat(stuck.error).isInstanceOf(CommandException.ReaderTooSlow.class);
        assertThat(agent.taken.get()).isEqualTo(101);
        assertThat(command.state()).isEqualTo(new CommandState.Running());
    }

    @Test
    void readerIsNotCutWhileThereIsNothingToTake() {
        Transcript reader = Transcript.idle(command, Position.now());
        reader.request(1);
        timer.advanceTimeBy(Duration.ofMinutes(5));
        assertThat(reader.error).isNull();
        agent.print("x");
        timer.advanceTimeBy(Duration.ofSeconds(28));
        reader.request(1);
        timer.advanceTimeBy(Duration.ofSeconds(28));
        agent.print("y");
        timer.advanceTimeBy(Duration.ofSeconds(28));
        assertThat(reader.error).isNull();
        assertThat(reader.text()).isEqualTo("x");
    }

    @Test
    void slowestOfTwoReadersHoldsUpBothUntilItLeaves() {
        Transcript fast = Transcript.of(command, Position.start());
        Transcript slow = Transcript.idle(command, Position.start());
        String all = print(100);
        assertThat(fast.text().length()).isLessThan(all.length());
        slow.cancel();
        assertThat(fast.text()).isEqualTo(all);
        agent.exit(0);
        assertThat(fast.completed).isTrue();
        assertThat(slow.events).isEmpty();
    }

    @Test
    void lateReaderIsToldOfItsGap() {
        Transcript first = Transcript.of(command, Position.start());
        String all = print(100);
        first.cancel();
        Transcript late = Transcript.of(command, Position.after(1500));
        assertThat(late.events.get(1)).isInstanceOf(CommandEvent.Gap.class);
        CommandEvent.Gap gap = (CommandEvent.Gap) late.events.get(1);
        assertThat(gap.offset()).isEqualTo(1500);
        assertThat(late.text()).isEqualTo(all.substring((int) (gap.offset() + gap.lost())));
        assertThat(late.text().length()).isGreaterThan(2500);
    }

    @Test
    void readerResumesInTheMiddleOfAPiece() {
        Transcript.of(command, Position.start());
        String all = print(4);
        assertThat(Transcript.of(command, Position.after(2345)).text()).isEqualTo(all.substring(2345));
        Transcript now = Transcript.of(command, Position.now());
        agent.print("!");
        assertThat(now.text()).isEqualTo("!");
        assertThat(Transcript.of(command, Position.after(4001)).events).hasSize(1);
    }

    @Test
    void positionBehindTheEndAndTooManyReadersAreRefused() {
        assertThat(Transcript.of(command, Position.after(1)).error).isInstanceOf(CommandException.BehindTheEnd.class);
        for (int i = 0; i < 4; i++) Transcript.of(command, Position.now());
        assertThat(Transcript.of(command, Position.now()).error)
                .isInstanceOf(CommandException.TooMany.class)
                .hasMessageContaining("(sandbar.commands.readers)");
    }

    @Test
    void readerOfAnEndedCommandSeesTheEndFromAnyPosition() {
        Transcript.of(command, Position.start());
        agent.print("abc");
        agent.exit(7);
        for (Position position : new Position[] {Position.now(), Position.start(), Position.after(3)}) {
            Transcript late = Transcript.of(command, position);
            assertThat(late.ends()).hasSize(1);
            assertThat(late.completed).isTrue();
        }
        assertThat(Transcript.of(command, Position.after(1)).text()).isEqualTo("bc");
    }

    @Test
    void outputWaitsForAReaderWhoWasAnnounced() {
        ScriptedAgent other = new ScriptedAgent();
        other.started();
        Command read = Objects.requireNonNull(
                commands.startToRead("s", other, CommandsTests.request("read")).block());
        for (int i = 0; i < 100; i++) other.print(new byte[PIECE]);
        assertThat(other.taken.get()).isLessThan(30);
        assertThat(Transcript.of(read, Position.start()).text()).hasSize(100 * PIECE);
    }

    @Test
    void outputWaitsForNobodyWhereNoReaderWasAnnounced() {
        String all = print(100);
        assertThat(agent.taken).hasValue(1 + 100);
        Transcript late = Transcript.of(command, Position.start());
        assertThat(late.text()).isNotEmpty().isNotEqualTo(all);
        assertThat(all).endsWith(late.text());
    }

    @Test
    void outputWaitsForNobodyWhenWhoeverWasToReadItHasLeftBeforeItRan() {
        ScriptedAgent slow = new ScriptedAgent();
        commands.startToRead("s", slow, CommandsTests.request("left"))
                .subscribe()
                .dispose();
        slow.started();
        for (int i = 0; i < 100; i++) slow.print(new byte[PIECE]);
        assertThat(slow.taken).hasValue(1 + 100);
    }

    @Test
    void agentLearnsWhatWasTaken() {
        Transcript.of(command, Position.start());
        for (int i = 0; i < 10; i++) agent.print(new byte[16_384]);
        assertThat(agent.acknowledged).containsExactly(65_536L, 131_072L);
    }

    private String print(int pieces) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            String piece = String.format("%03d", i).repeat(PIECE / 3 + 1).substring(0, PIECE);
            agent.print(piece.getBytes(StandardCharsets.UTF_8));
            all.append(piece);
        }
        return all.toString();
    }
}

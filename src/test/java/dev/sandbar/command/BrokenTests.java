package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.store.StoreException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Readers of a command whose disk or store does what it never should, and of one whose service stops. */
class BrokenTests {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final House house = new House();

    @AfterEach
    void end() {
        house.close();
    }

    @Test
    void readerOfACommandWhoseOutputCantBeKeptIsTold() {
        Transcript reader = Transcript.of(house.start("a"), Position.behind(0));
        house.journals.disk = Mono.error(new IllegalStateException("broken"));
        house.agent.print("a", "x");
        house.timer.advanceTimeBy(MINUTE);
        assertThat(reader.text()).isEmpty();
        assertThat(reader.ends()).isEmpty();
        assertThat(house.pumps.running()).isZero();
    }

    @Test
    void endIsRecordedOnceTheStoreIsWhole() {
        Command command = house.start("a");
        Transcript reader = Transcript.of(command, Position.behind(0));
        house.store.from = 2;
        house.store.fault = FaultyStore.Fault.BROKEN;
        house.agent.exit("a", 0);
        house.timer.advanceTimeBy(MINUTE);
        assertThat(reader.ends()).isEmpty();
        house.store.fault = FaultyStore.Fault.NONE;
        house.timer.advanceTimeBy(MINUTE);
        assertThat(reader.ends()).hasSize(1);
        assertThat(house.pumps.running()).isZero();
    }

    @Test
    void readerWhoseHistoryCantBeReadHoldsUpNobody() {
        Command command = house.start("a");
        for (int i = 0; i < 100; i++) house.agent.print("a", "x".repeat(100));
        house.journals.reads = Mono.error(new StoreException.Unavailable("an error of the disk", null));
        Transcript reader = Transcript.of(command, Position.start());
        assertThat(reader.error).isInstanceOf(StoreException.Unavailable.class);
        assertThat(command.log().hasReaders()).isFalse();
        house.agent.print("a", "x".repeat(10_000));
        assertThat(command.log().kept()).isLessThan(20_000);
    }

    @Test
    void fileOfACommandThatEndedIsClosed() {
        house.start("a");
        house.agent.exit("a", 0);
        assertThat(house.journals.rests).hasValue(0);
        house.start("b");
        house.agent.print("b", "x");
        house.agent.exit("b", 0);
        assertThat(house.journals.rests).hasValue(1);
    }

    @Test
    void whenTheServiceStopsReadersByNumberAreToComeAgainAndTheOthersAreTold() {
        Command command = house.start("a");
        Transcript numbered = Transcript.of(command, Position.behind(0));
        Transcript plain = Transcript.of(command, Position.start());
        house.restart();
        assertThat(numbered.completed).isTrue();
        assertThat(plain.error).isInstanceOf(CommandException.Lost.class);
        assertThat(Transcript.of(command, Position.behind(0)).completed).isTrue();
        assertThat(Transcript.of(command, Position.start()).error).isInstanceOf(CommandException.Lost.class);
        house.commands.adopted("s", house.agent).block();
    }

    @Test
    void readersOfBothKindsAreRefusedBehindTheEnd() {
        Command command = house.start("a");
        house.agent.print("a", "x");
        assertThat(Transcript.of(command, Position.behind(2)).error).isInstanceOf(CommandException.BehindTheEnd.class);
        assertThat(Transcript.of(command, Position.after(2)).error).isInstanceOf(CommandException.BehindTheEnd.class);
        assertThat(command.log().hasReaders()).isFalse();
    }
}

package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
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

    @Test
    void oldestGoWhereThereAreTooManyOrTheirTimeIsOver() {
        SandboxCommands known = new SandboxCommands();
        Instant longAgo = Instant.EPOCH.minusSeconds(1);
        for (String id : new String[] {"a", "b", "c"}) {
            house.start(id);
            house.agent.exit(id, 0);
            known.addKnown(house.get(id));
            house.timer.advanceTimeBy(Duration.ofSeconds(1));
        }
        assertExpired(known.expired(longAgo, 4));
        assertExpired(known.expired(longAgo, 3));
        assertExpired(known.expired(longAgo, 2), "a");
        assertExpired(known.expired(longAgo, 0), "c", "b", "a");
        Instant end = house.get("b").endedAt();
        assertExpired(known.expired(end == null ? Instant.MAX : end, 3), "b", "a");
    }

    private static void assertExpired(List<Command> expired, String... ids) {
        assertThat(expired).extracting(Command::id).containsExactly(ids);
    }

    @Test
    void endedOneTakesNoMemoryWhenNobodyReadsIt() {
        Command command = house.start("a");
        Transcript slow = Transcript.idle(command, Position.start());
        house.agent.print("a", "words");
        house.agent.exit("a", 0);
        assertThat(house.memory.taken()).isPositive();
        slow.cancel();
        house.timer.advanceTimeBy(Duration.ofMinutes(2));
        assertThat(house.memory.taken()).isZero();
        assertThat(Transcript.of(command, Position.start()).text()).isEqualTo("words");
    }

    @Test
    void memoryOfOutputGrowsUpToItsBoundWhileAReaderIsSlow() {
        CommandLimits limits =
                new CommandLimits(256 * 1024, 1 << 20, 4, 3, 2, Duration.ofSeconds(30), Duration.ofSeconds(30));
        Commands commands = Bed.commands(limits, house.pumps, house.timer);
        ScriptedAgent agent = new ScriptedAgent();
        agent.started();
        Command command = Objects.requireNonNull(
                commands.start("s", agent, CommandsTests.request(null)).block());
        Transcript slow = Transcript.idle(command, Position.start());
        for (int i = 0; i < 500; i++) agent.print(new byte[1000]);
        assertThat(agent.taken.get()).isBetween(200, 300);
        slow.request(Long.MAX_VALUE);
        assertThat(agent.taken.get()).isEqualTo(501);
        assertThat(slow.text()).hasSize(500_000);
        commands.close();
    }

    @Test
    void onlySignalsOfClientsAreTheirs() {
        Command command = house.start("a");
        command.noteSignal(0);
        command.noteSignal(64);
        command.noteSignal(15);
        assertThat(command.isOfClient(true, 15)).isTrue();
        assertThat(command.isOfClient(false, 15)).isFalse();
        assertThat(command.isOfClient(true, 9)).isFalse();
        assertThat(command.isOfClient(true, 0)).isFalse();
        assertThat(command.isOfClient(true, 64)).isFalse();
        command.noteSignal(63);
        command.noteSignal(1);
        assertThat(command.isOfClient(true, 63)).isTrue();
        assertThat(command.isOfClient(true, 1)).isTrue();
        command.noteCancel();
        assertThat(command.isOfClient(false, 0)).isTrue();
    }

    @Test
    void readerOfWhatIsOnDiskOnlyBeginsAtItsOffset() {
        Command command = house.start("a");
        for (int i = 0; i < 20; i++) house.agent.print("a", "%03d.".formatted(i).repeat(250));
        for (int offset : new int[] {0, 1000, 1001, 1999, 2000}) {
            Transcript reader = Transcript.of(command, Position.after(offset));
            assertThat(reader.text()).hasSize(20_000 - offset);
            assertThat(reader.events.get(1))
                    .isInstanceOfSatisfying(
                            CommandEvent.Output.class,
                            first -> assertThat(first.offset()).isEqualTo(offset));
            assertThat(reader.events)
                    .noneMatch(event -> event instanceof CommandEvent.Output piece && piece.bytes().length == 0);
            reader.cancel();
        }
    }

    @Test
    void knownCommandIsGivenAlsoWhereThereIsNoRoomForAnother() {
        Command first = house.start("a");
        long rest = house.memory.most() - house.memory.taken();
        assertThat(house.memory.tryTake(rest)).isTrue();
        assertThat(house.start("a")).isSameAs(first);
        StepVerifier.create(house.tryStart("b", OnDisconnect.KEEP)).verifyError(CommandException.NoRoom.class);
        house.memory.give(rest);
    }
}

package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.command.CommandEvent.Ended;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessSpec;
import dev.sandbar.runtime.Strain;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class DurableCommandsTests {

    private final House house = new House();

    @AfterEach
    void end() {
        house.close();
    }

    @Test
    void sameIdIsTheSameCommandAndStartsNothing() {
        Command first = house.start("mine");
        assertThat(house.start("mine")).isSameAs(first);
        house.agent.exit("mine", 0);
        assertThat(house.start("mine")).isSameAs(first);
        house.restartAndAdopt();
        assertThat(house.start("mine").state()).isEqualTo(new CommandState.Exited(0, Cause.EXITED));
        assertThat(house.agent.starts).hasValue(1);
    }

    @Test
    void startCostsOneCommitAndTheEndAnother() {
        house.start("a");
        assertThat(house.store.commits).hasValue(1);
        house.agent.exit("a", 0);
        assertThat(house.store.commits).hasValue(2);
        assertThat(house.agent.knows("a")).isFalse();
        assertThat(house.journals.scopes().collectList().block()).isEmpty();
    }

    @Test
    void startThatCannotBeRecordedStartsNothing() {
        house.store.from = 1;
        house.store.fault = FaultyStore.Fault.REFUSED;
        StepVerifier.create(house.tryStart("a", OnDisconnect.KEEP)).verifyError(StoreException.Full.class);
        assertThat(house.agent.starts).hasValue(0);
        house.store.fault = FaultyStore.Fault.NONE;
        assertThat(house.start("a").state()).isEqualTo(new CommandState.Running());
    }

    @Test
    void refusedStartLeavesNoRecordAndItsIdIsFree() {
        house.agent.refusal = new AgentException(AgentException.Code.NOT_FOUND, "no such program");
        StepVerifier.create(house.tryStart("a", OnDisconnect.KEEP)).verifyError(AgentException.class);
        house.agent.refusal = null;
        assertThat(house.store.list("command").collectList().block()).isEmpty();
        assertThat(house.start("a").state()).isEqualTo(new CommandState.Running());
    }

    /** As when the agent had started it and nobody could be told: that counted as a failure. */
    @Test
    void whatIsLeftOfAFailedStartMakesRoomForTheNextOneOfThatId() {
        CompletableFuture<@Nullable Command> start = startOverWhatIsLeft();
        house.timer.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(Objects.requireNonNull(start.join()).state()).isEqualTo(new CommandState.Running());
        assertThat(house.agent.starts).hasValue(2);
        house.agent.exit("a", 5);
        assertThat(house.get("a").state()).isEqualTo(new CommandState.Exited(5, Cause.EXITED));
    }

    @Test
    void whatIsLeftIsForgottenByAnAgentThatIsBusyAtFirst() {
        house.agent.deaf = true;
        CompletableFuture<@Nullable Command> start = startOverWhatIsLeft();
        house.timer.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(house.agent.starts).hasValue(1);
        house.agent.deaf = false;
        house.timer.advanceTimeBy(Duration.ofSeconds(4));
        assertThat(Objects.requireNonNull(start.join()).state()).isEqualTo(new CommandState.Running());
        assertThat(house.agent.starts).hasValue(2);
    }

    private CompletableFuture<@Nullable Command> startOverWhatIsLeft() {
        ProcessSpec spec = new ProcessSpec("a", List.of("true"), Map.of(), "/", FileOwner.USER, false, Duration.ZERO);
        house.agent.start(spec, Flux.never()).blockFirst();
        return house.tryStart("a", OnDisconnect.KEEP).toFuture();
    }

    @Test
    void endWaitsForItsRecordAndTheAgentKeepsItMeanwhile() {
        Command command = house.start("a");
        Transcript reader = Transcript.of(command, Position.start());
        house.store.from = 2;
        house.store.fault = FaultyStore.Fault.REFUSED;
        house.agent.exit("a", 3);
        house.timer.advanceTimeBy(Duration.ofMinutes(2));
        assertThat(command.state()).isEqualTo(new CommandState.Running());
        assertThat(reader.ends()).isEmpty();
        assertThat(house.agent.knows("a")).isTrue();
        house.store.fault = FaultyStore.Fault.NONE;
        house.timer.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(reader.ends()).hasSize(1);
        assertThat(house.agent.knows("a")).isFalse();
    }

    @Test
    void outputThatWasWrittenMeanwhileIsReadWholeAfterARestart() {
        Command command = house.start("a");
        house.agent.print("a", "one ");
        Transcript before = Transcript.of(command, Position.behind(0));
        assertThat(before.text()).isEqualTo("one ");
        house.restart();
        assertThat(before.completed).isTrue();
        assertThat(before.ends()).isEmpty();
        house.agent.print("a", "two ");
        house.commands.adopted("s", house.agent).block();
        house.agent.print("a", "three");
        Command again = house.get("a");
        assertThat(again.state()).isEqualTo(new CommandState.Running());
        assertThat(again.tag()).isEqualTo("tag");
        assertThat(again.stdoutBytes()).isEqualTo(13);
        Transcript rest = Transcript.of(again, Position.behind(1));
        assertThat(rest.text()).isEqualTo("two three");
        assertThat(Transcript.of(again, Position.start()).text()).isEqualTo("one two three");
        house.agent.exit("a", 0);
        assertThat(rest.ends()).hasSize(1);
        assertThat(rest.ends().get(0).seq()).isEqualTo(4);
    }

    @Test
    void liveOutputIsToldByNumberAsSoonAsItIsOnDiskAndNoSooner() {
        TestPublisher<Void> disk = TestPublisher.create();
        Transcript reader = Transcript.of(house.start("a"), Position.behind(0));
        house.journals.disk = disk.mono();
        house.agent.print("a", "one");
        disk.assertWasSubscribed();
        assertThat(reader.text()).isEmpty();
        house.journals.disk = Mono.empty();
        disk.complete();
        assertThat(reader.text()).isEqualTo("one");
        assertThat(reader.ends()).isEmpty();
    }

    static Stream<StoreException> failuresOfADisk() {
        return Stream.of(
                new StoreException.Full("no room", null),
                new StoreException.Busy("too much waits"),
                new StoreException.Unavailable("an error of the disk", null));
    }

    @ParameterizedTest
    @MethodSource("failuresOfADisk")
    void outputWaitsForADiskThatFailsAndLosesNothing(StoreException failure) {
        Transcript reader = Transcript.of(house.start("a"), Position.behind(0));
        house.journals.disk = Mono.error(failure);
        house.agent.print("a", "one ");
        house.agent.print("a", "two");
        house.timer.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(reader.text()).isEmpty();
        assertThat(reader.error).isNull();
        house.journals.disk = Mono.empty();
        house.timer.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(reader.text()).isEqualTo("one two");
        house.agent.exit("a", 0);
        assertThat(reader.ends()).hasSize(1);
    }

    @Test
    void commandThatEndedUnseenEndsAfterTheRestart() {
        house.start("a");
        house.restart();
        house.agent.print("a", "last words");
        house.agent.exit("a", 7);
        house.commands.adopted("s", house.agent).block();
        assertThat(house.get("a").state()).isEqualTo(new CommandState.Exited(7, Cause.EXITED));
        assertThat(Transcript.of(house.get("a"), Position.behind(0)).text()).isEqualTo("last words");
        assertThat(house.agent.knows("a")).isFalse();
    }

    @Test
    void endedCommandIsThereAfterARestartWithItsOutput() {
        house.start("a");
        for (int i = 0; i < 100; i++) house.agent.print("a", "<" + i + ">");
        house.agent.exit("a", 1);
        house.restartAndAdopt();
        Transcript reader = Transcript.of(house.get("a"), Position.behind(90));
        assertThat(reader.text()).startsWith("<90>").endsWith("<99>");
        assertThat(reader.ends()).hasSize(1);
        assertThat(reader.ends().get(0).seq()).isEqualTo(101);
        assertThat(house.commands.list("s").collectList().block()).hasSize(1);
        assertThat(house.memory.taken()).isZero();
    }

    @Test
    void processWithoutARecordIsKilledAndForgotten() {
        house.start("a");
        house.commands.forgotten("s").block();
        assertThat(house.agent.knows("a")).isTrue();
        house.restartAndAdopt();
        assertThat(house.agent.knows("a")).isFalse();
        assertThat(house.agent.calls).contains("signal 9");
    }

    @Test
    void endOfTheSandboxIsToldToReadersByNumberAndKept() {
        Command command = house.start("a");
        house.agent.print("a", "x");
        Transcript numbered = Transcript.of(command, Position.behind(0));
        Transcript plain = Transcript.of(command, Position.start());
        house.commands.endSandbox("s", Cause.SANDBOX_EXPIRED).block();
        assertThat(plain.error).isInstanceOf(CommandException.SandboxEnded.class);
        assertThat(numbered.error).isNull();
        assertThat(numbered.ends())
                .hasSize(1)
                .first()
                .isInstanceOfSatisfying(
                        Ended.class, ended -> assertThat(ended.cause()).isEqualTo(Cause.SANDBOX_EXPIRED));
        house.restart();
        assertThat(house.get("a").state()).isEqualTo(new CommandState.Gone(Cause.SANDBOX_EXPIRED));
        assertThat(Transcript.of(house.get("a"), Position.behind(0)).text()).isEqualTo("x");
        StepVerifier.create(house.commands.keepOnly(id -> false)).expectNext(1).verifyComplete();
        assertThat(house.find("a")).isNull();
        assertThat(house.journals.scopes().collectList().block()).isEmpty();
    }

    @Test
    void sandboxThatIsNotTakenUpEndsItsCommandsToo() {
        house.start("a");
        house.agent.print("a", "x");
        house.restart();
        house.commands.endSandbox("s", Cause.HOST_RESTART).block();
        Transcript reader = Transcript.of(house.get("a"), Position.behind(1));
        assertThat(reader.ends()).hasSize(1);
        assertThat(house.get("a").state()).isEqualTo(new CommandState.Gone(Cause.HOST_RESTART));
    }

    @Test
    void cancelWaitsUntilNothingIsLeftOfTheGroup() {
        Command command = house.start("a");
        house.agent.leavesChildren = true;
        boolean[] done = new boolean[1];
        house.commands.cancel(command, Duration.ofSeconds(5)).subscribe(null, null, () -> done[0] = true);
        house.timer.advanceTimeBy(Duration.ofSeconds(4));
        assertThat(command.state()).isEqualTo(new CommandState.Signalled(15, Cause.CLIENT));
        assertThat(done[0]).isFalse();
        assertThat(house.agent.knows("a")).isTrue();
        house.timer.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(done[0]).isTrue();
        assertThat(house.agent.calls).containsSubsequence("signal 15", "signal 0", "signal 9", "signal 0");
        assertThat(house.agent.knows("a")).isFalse();
    }

    @Test
    void cancelOfWhatIgnoresTheTermKillsIt() {
        Command command = house.start("a");
        house.agent.obeysTerm = false;
        StepVerifier.create(house.commands.cancel(command, Duration.ofSeconds(5)))
                .then(() -> house.timer.advanceTimeBy(Duration.ofSeconds(6)))
                .verifyComplete();
        assertThat(command.state()).isEqualTo(new CommandState.Signalled(9, Cause.CLIENT));
        StepVerifier.create(house.commands.cancel(command, Duration.ofSeconds(5)))
                .then(() -> house.timer.advanceTimeBy(Duration.ofSeconds(1)))
                .verifyComplete();
    }

    @Test
    void desertedCommandIsCancelledOnlyWhereItsClientWantsThat() {
        Command kept = house.start("kept");
        Transcript.of(kept, Position.start()).cancel();
        Command cancelled = house.start("cancelled", OnDisconnect.CANCEL);
        Transcript one = Transcript.of(cancelled, Position.behind(0));
        Transcript two = Transcript.of(cancelled, Position.start());
        one.cancel();
        house.timer.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(cancelled.state()).isEqualTo(new CommandState.Running());
        two.cancel();
        house.timer.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(cancelled.state()).isEqualTo(new CommandState.Signalled(15, Cause.CLIENT));
        assertThat(kept.state()).isEqualTo(new CommandState.Running());
    }

    @Test
    void shutdownCancelsNothing() {
        Command command = house.start("a", OnDisconnect.CANCEL);
        Transcript.of(command, Position.behind(0));
        house.restartAndAdopt();
        assertThat(house.agent.calls).doesNotContain("signal 15");
        assertThat(house.get("a").state()).isEqualTo(new CommandState.Running());
    }

    @ParameterizedTest
    @CsvSource({
        "true, 9, 1, 0, MEMORY", "false, 137, 1, 0, MEMORY", "true, 9, 0, 0, EXITED", "false, 1, 0, 3, PIDS",
        "true, 25, 0, 0, DISK", "false, 153, 0, 0, DISK", "false, 0, 1, 1, EXITED", "false, 1, 1, 0, EXITED",
        "true, 9, 0, 5, EXITED"
    })
    void causeIsFoundInWhatTheSandboxHasMet(boolean signalled, int code, long kills, long forks, Cause cause) {
        house.strain = new Strain(5, 5);
        Command command = house.start("a");
        house.strain = new Strain(5 + kills, 5 + forks);
        house.agent.exit("a", new ProcessEvent.Exited(signalled, code, false));
        assertThat(command.state().cause()).isEqualTo(cause);
    }

    @Test
    void causeIsFoundAlsoWhereALimitIsMetAtOnce() {
        house.strain = new Strain(5, 5);
        house.agent.firstThing = () -> house.strain = new Strain(5, 8);
        Command command = house.start("a");
        house.agent.exit("a", 2);
        assertThat(command.state().cause()).isEqualTo(Cause.PIDS);
    }

    @Test
    void memoryForOutputIsSharedAndRefusedWhenThereIsNone() {
        assertThat(house.memory.tryTake(house.memory.most() - 5000)).isTrue();
        house.start("a");
        StepVerifier.create(house.tryStart("b", OnDisconnect.KEEP))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(CommandException.NoRoom.class)
                        .hasMessageContaining("(sandbar.commands.all-output)"));
        assertThat(house.agent.starts).hasValue(1);
        house.agent.exit("a", 0);
        house.timer.advanceTimeBy(Duration.ofSeconds(8));
        house.start("b");
        house.memory.give(house.memory.most() - 5000);
    }

    @Test
    void onlySoManyEndedOnesAreKeptAndTheRestLeavesNothing() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            ids.add("c" + i);
            house.start("c" + i);
            house.agent.print("c" + i, "x");
            house.agent.exit("c" + i, 0);
            house.timer.advanceTimeBy(Duration.ofMillis(10));
        }
        house.timer.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(house.commands.list("s").map(Command::id).collectList().block())
                .containsExactlyInAnyOrderElementsOf(ids.subList(5, 15));
        assertThat(house.store.list("command").count().block()).isEqualTo(10);
        assertThat(house.journals.names("s").count().block()).isEqualTo(10);
        house.timer.advanceTimeBy(Duration.ofHours(1));
        assertThat(house.store.list("command").count().block()).isZero();
        assertThat(house.journals.names("s").count().block()).isZero();
    }

    /** The service dies at each step of a command's life, before or after it has taken effect. */
    @ParameterizedTest
    @CsvSource({"1, LOST_BEFORE", "1, LOST_AFTER", "2, LOST_BEFORE", "2, LOST_AFTER", "9, NONE"})
    void crashAtAnyCommitLosesNothing(int commit, FaultyStore.Fault fault) {
        for (boolean answered : new boolean[] {true, false}) {
            String id = "c" + answered;
            house.store.from = house.store.commits.get() + commit;
            house.store.fault = fault;
            house.agent.silent = !answered;
            int before = house.agent.starts.get();
            house.tryStart(id, OnDisconnect.KEEP).subscribe(started -> {}, error -> {});
            boolean ran = house.agent.knows(id);
            if (ran) {
                house.agent.print(id, "all of it");
                house.agent.exit(id, 5);
            }
            house.restartAndAdopt();
            assertThat(house.agent.knows(id)).isFalse();
            if (ran) {
                assertThat(house.get(id).state()).isEqualTo(new CommandState.Exited(5, Cause.EXITED));
                assertThat(Transcript.of(house.get(id), Position.behind(0)).text())
                        .isEqualTo("all of it");
            } else {
                assertThat(house.find(id)).isNull();
            }
            house.start(id);
            assertThat(house.agent.starts.get() - before).isEqualTo(1);
        }
    }
}

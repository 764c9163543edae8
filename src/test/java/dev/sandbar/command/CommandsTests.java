package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.FileOwner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class CommandsTests {

    private static final CommandLimits LIMITS =
            new CommandLimits(4096, 4096, 4, 3, 2, Duration.ofSeconds(30), Duration.ofSeconds(30));

    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final BackgroundTasks pumps = new BackgroundTasks("pumps", 10, timer);
    private final Commands commands = Bed.commands(LIMITS, pumps, timer);
    private final ScriptedAgent agent = new ScriptedAgent();

    @BeforeEach
    void begin() {
        commands.begin();
    }

    @AfterEach
    void end() {
        commands.close();
        assertThat(pumps.running()).isZero();
        timer.dispose();
    }

    @Test
    void commandIsStartedFollowedAndEndsOnce() {
        Command command = start("tag");
        agent.print("hello");
        Transcript first = Transcript.of(command, Position.start());
        agent.print(" world");
        agent.exit(3);
        Transcript late = Transcript.of(command, Position.start());
        assertThat(first.events.get(0)).isEqualTo(new CommandEvent.Started(42));
        assertThat(first.text()).isEqualTo("hello world");
        assertThat(late.text()).isEqualTo("hello world");
        assertThat(first.ends()).containsExactly(new CommandEvent.Ended(3, 0, 3, null, Cause.EXITED));
        assertThat(late.ends()).hasSize(1);
        assertThat(first.completed).isTrue();
        assertThat(command.state()).isEqualTo(new CommandState.Exited(3, Cause.EXITED));
        assertThat(command.stdoutBytes()).isEqualTo(11);
        assertThat(agent.calls).first().isEqualTo("start echo a b");
    }

    @Test
    void aSmallEnvironmentIsRememberedUntilTheEnd() {
        agent.started();
        Map<String, String> small = Map.of("A", "b".repeat(8 * 1024 - 65));
        CommandRequest request =
                new CommandRequest("echo", List.of("b"), small, "/", FileOwner.USER, true, Duration.ZERO, null);
        Command command =
                Objects.requireNonNull(commands.start("s", agent, request).block(Duration.ofSeconds(5)));
        assertThat(command.request().envs()).isEqualTo(small);
        agent.exit(0);
        assertThat(command.state()).isEqualTo(new CommandState.Exited(0, Cause.EXITED));
        assertThat(command.request().envs()).isEmpty();
    }

    @Test
    void manyVariablesAreAsMuchAsLongOnes() {
        agent.started();
        Map<String, String> many = IntStream.range(0, 128).boxed().collect(Collectors.toMap(i -> "V" + i, i -> ""));
        CommandRequest request =
                new CommandRequest("echo", List.of(), many, "/", FileOwner.USER, true, Duration.ZERO, null);
        Command command =
                Objects.requireNonNull(commands.start("s", agent, request).block(Duration.ofSeconds(5)));
        assertThat(command.request().envs()).isEmpty();
        agent.exit(0);
    }

    @Test
    void whatARunningCommandKeepsOfItsRequestIsBounded() {
        agent.started();
        String faces = "y" + "\uD83D\uDE00".repeat(20_000);
        CommandRequest request = new CommandRequest(
                "echo",
                List.of(faces, "b"),
                Map.of("A", "b".repeat(8 * 1024)),
                "/",
                FileOwner.USER,
                true,
                Duration.ZERO,
                null);
        Command command =
                Objects.requireNonNull(commands.start("s", agent, request).block(Duration.ofSeconds(5)));
        assertThat(command.request().envs()).isEmpty();
        String kept = command.request().args().get(0);
        assertThat(faces).startsWith(kept);
        assertThat(kept).hasSizeBetween(30_000, 32 * 1024);
        assertThat(Character.isHighSurrogate(kept.charAt(kept.length() - 1))).isFalse();
        agent.exit(0);
    }

    @Test
    void commandIsFoundByPidTagAndId() {
        Command command = start("tag");
        assertThat(commands.find("s", command.id()).block()).isSameAs(command);
        assertThat(commands.findByPid("s", 42).block()).isSameAs(command);
        assertThat(commands.findByTag("s", "tag").block()).isSameAs(command);
        assertThat(commands.findByPid("other", 42).block()).isNull();
        assertThat(commands.running("s")).containsExactly(command);
        assertThat(command.id()).matches("[a-z0-9]+");
    }

    @Test
    void endedCommandIsKeptForAWhileOnly() {
        Command command = start(null);
        agent.exit(0);
        timer.advanceTimeBy(Duration.ofSeconds(29));
        assertThat(commands.find("s", command.id()).block()).isSameAs(command);
        assertThat(commands.running("s")).isEmpty();
        timer.advanceTimeBy(Duration.ofSeconds(3));
        assertThat(commands.find("s", command.id()).block()).isNull();
    }

    @Test
    void onlySoManyEndedCommandsAreKept() {
        ScriptedAgent[] agents = {new ScriptedAgent(), new ScriptedAgent(), new ScriptedAgent(), new ScriptedAgent()};
        Command first = start(agents[0], null);
        agents[0].exit(0);
        for (int i = 1; i < 4; i++) {
            timer.advanceTimeBy(Duration.ofMillis(100));
            start(agents[i], null);
            agents[i].exit(0);
        }
        timer.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(commands.find("s", first.id()).block()).isNull();
    }

    @Test
    void onlySoManyCommandsRunInASandbox() {
        for (int i = 0; i < 3; i++) start(new ScriptedAgent(), null);
        StepVerifier.create(commands.start("s", agent, request(null)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(CommandException.TooMany.class)
                        .hasMessageContaining("3 commands")
                        .hasMessageContaining("(sandbar.commands.per-sandbox)"));
        assertThat(agent.calls).isEmpty();
    }

    @Test
    void refusedStartIsAnErrorAndLeavesNothing() {
        Mono<Command> start = commands.start("s", agent, request(null));
        StepVerifier.create(start)
                .then(() -> agent.breakOff(new AgentException(AgentException.Code.NOT_FOUND, "no such program")))
                .verifyError(AgentException.class);
        assertThat(pumps.running()).isZero();
        assertThat(commands.findByPid("s", 0).block()).isNull();
    }

    @Test
    void startThatBrokeOffIsKilledInCaseItRuns() {
        StepVerifier.create(commands.start("s", agent, request(null)))
                .then(() -> agent.breakOff(new AgentGoneException("broken", null)))
                .verifyError(AgentGoneException.class);
        assertThat(agent.calls).contains("signal 9");
    }

    @Test
    void cancelledStartGoesOn() {
        StepVerifier.create(commands.start("s", agent, request("t")))
                .thenCancel()
                .verify();
        agent.started();
        assertThat(commands.findByTag("s", "t").block()).isNotNull();
    }

    @Test
    void startThatIsDesertedEndsOnlyWhereItsClientWantsThat() {
        commands.start("s", agent, request("t", OnDisconnect.KEEP)).subscribe().dispose();
        agent.started();
        timer.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(agent.calls).doesNotContain("signal 15");
        ScriptedAgent other = new ScriptedAgent();
        commands.start("s", other, request("t", OnDisconnect.CANCEL))
                .subscribe()
                .dispose();
        timer.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(other.calls).doesNotContain("signal 15");
        other.started();
        assertThat(other.calls).contains("signal 15");
        other.exit(0);
        timer.advanceTimeBy(Duration.ofSeconds(20));
    }

    @Test
    void killedSandboxFailsItsReadersAtOnce() {
        Command command = start(null);
        Transcript idle = Transcript.idle(command, Position.start());
        Transcript busy = Transcript.of(command, Position.start());
        agent.print("x");
        commands.endSandbox("s", Cause.SANDBOX_KILLED);
        assertThat(idle.error).isInstanceOf(CommandException.SandboxEnded.class);
        assertThat(busy.error)
                .isInstanceOfSatisfying(
                        CommandException.SandboxEnded.class,
                        e -> assertThat(e.why()).isEqualTo(Cause.SANDBOX_KILLED));
        assertThat(busy.ends()).isEmpty();
        assertThat(command.state()).isEqualTo(new CommandState.Gone(Cause.SANDBOX_KILLED));
        assertThat(agent.calls).contains("cancelled");
        assertThat(Transcript.of(command, Position.start()).error).isInstanceOf(CommandException.SandboxEnded.class);
        assertThat(commands.running("s")).isEmpty();
    }

    @Test
    void startMeetsTheEndOfItsSandbox() {
        StepVerifier.create(commands.start("s", agent, request(null)))
                .then(() -> commands.endSandbox("s", Cause.SANDBOX_EXPIRED))
                .verifyError(CommandException.SandboxEnded.class);
    }

    @Test
    void brokenConnectionIsTakenUpWhereItBrokeOff() {
        Command command = start(null);
        Transcript reader = Transcript.of(command, Position.start());
        agent.print("abc");
        agent.breakOff(new AgentGoneException("broken", null));
        timer.advanceTimeBy(Duration.ofSeconds(1));
        agent.printAt(1, "bcde".getBytes(StandardCharsets.UTF_8));
        agent.exit(0);
        assertThat(agent.calls).contains("attach 3");
        assertThat(reader.text()).isEqualTo("abcde");
        assertThat(reader.ends()).hasSize(1);
    }

    @Test
    void bytesThatTheAgentLostAreAGap() {
        Command command = start(null);
        Transcript reader = Transcript.of(command, Position.start());
        agent.print("abc");
        agent.breakOff(new AgentGoneException("broken", null));
        timer.advanceTimeBy(Duration.ofSeconds(1));
        agent.printAt(10, "k".getBytes(StandardCharsets.UTF_8));
        assertThat(reader.events).contains(new CommandEvent.Gap(2, 2, 3, 7));
        assertThat(reader.text()).isEqualTo("abck");
    }

    @Test
    void commandThatCannotBeFoundAgainIsLostNotEnded() {
        Command command = start(null);
        Transcript reader = Transcript.of(command, Position.start());
        for (int i = 0; i < 10; i++) {
            agent.breakOff(new AgentGoneException("broken", null));
            timer.advanceTimeBy(Duration.ofSeconds(10));
        }
        assertThat(reader.error).isInstanceOf(CommandException.Lost.class);
        assertThat(reader.ends()).isEmpty();
        assertThat(command.state()).isInstanceOf(CommandState.Failed.class);
    }

    @Test
    void conversationThatEndsWithoutAnExitIsNoEnd() {
        Command command = start(null);
        Transcript reader = Transcript.of(command, Position.start());
        agent.fallSilent();
        assertThat(reader.error).isInstanceOf(CommandException.Lost.class).hasMessageContaining("no exit was told");
        assertThat(reader.ends()).isEmpty();
        assertThat(command.state()).isInstanceOf(CommandState.Failed.class);
    }

    @Test
    void causeTellsWhoEndedIt() {
        Command command = start(null);
        Objects.requireNonNull(command);
        commands.signal(command, 15).block();
        agent.kill(15, false);
        assertThat(command.state()).isEqualTo(new CommandState.Signalled(15, Cause.CLIENT));
        ScriptedAgent other = new ScriptedAgent();
        Command late = start(other, null);
        other.kill(9, true);
        assertThat(late.state()).isEqualTo(new CommandState.Signalled(9, Cause.TIMEOUT));
        ScriptedAgent third = new ScriptedAgent();
        Command crashed = start(third, null);
        third.kill(11, false);
        assertThat(crashed.state()).isEqualTo(new CommandState.Signalled(11, Cause.EXITED));
    }

    @Test
    void inputWaitsForItsTurn() {
        Command command = start(null);
        agent.busy.set(2);
        StepVerifier.create(commands.sendInput(command, "in".getBytes(StandardCharsets.UTF_8)))
                .then(() -> timer.advanceTimeBy(Duration.ofSeconds(1)))
                .verifyComplete();
        assertThat(agent.calls).contains("write in");
        commands.closeInput(command).block();
        assertThat(agent.calls).contains("close");
    }

    @Test
    void refusedPumpIsNotBlamedOnTheSandbox() {
        pumps.close();
        assertThatThrownBy(() -> commands.start("s", agent, request(null)).block())
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(commands.running("s")).isEmpty();
    }

    private Command start(@Nullable String tag) {
        return start(agent, tag);
    }

    private Command start(ScriptedAgent on, @Nullable String tag) {
        on.started();
        return Objects.requireNonNull(commands.start("s", on, request(tag)).block(Duration.ofSeconds(5)));
    }

    static CommandRequest request(@Nullable String tag) {
        return request(tag, OnDisconnect.KEEP);
    }

    private static CommandRequest request(@Nullable String tag, OnDisconnect onDisconnect) {
        List<String> args = List.of("a", "b");
        return new CommandRequest(
                "echo", args, Map.of(), "/", FileOwner.USER, true, Duration.ZERO, tag, null, onDisconnect);
    }
}

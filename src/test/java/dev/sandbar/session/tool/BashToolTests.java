package dev.sandbar.session.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.command.Cause;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.ProcessSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Calls of {@code bash} over an agent that does as it is told, in virtual time. */
class BashToolTests {

    private static final String CALL = "{'command':'x'}";

    private final ToolBed bed = new ToolBed();
    private final List<ToolEvent> events = new CopyOnWriteArrayList<>();

    @AfterEach
    void end() {
        bed.close();
    }

    private Disposable subscribe() {
        return bed.events("bash", CALL).subscribe(events::add);
    }

    private ToolResult result() {
        Awaitility.await().until(() -> !events.isEmpty() && events.get(events.size() - 1) instanceof ToolEvent.End);
        return ((ToolEvent.End) events.get(events.size() - 1)).result();
    }

    private void signalled() {
        Awaitility.await().until(() -> bed.agent.calls.contains("signal 15"));
    }

    @Test
    void itRunsAsUserWithTheVariablesOfTheSandbox() {
        ToolSandbox sandbox = new ToolSandbox("s", bed.agent, Map.of("HOME", "/elsewhere", "E2B_SANDBOX_ID", "x"));
        bed.tools.call(sandbox, bed.seen, "bash", ToolBed.json(CALL)).subscribe(events::add);
        bed.agent.started();
        bed.agent.exit(0);
        result();
        ProcessSpec spec = Objects.requireNonNull(bed.agent.spec);
        assertThat(spec.environment())
                .isEqualTo(Map.of(
                        "PATH",
                        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "HOME",
                        "/elsewhere",
                        "USER",
                        "user",
                        "LOGNAME",
                        "user",
                        "E2B_SANDBOX",
                        "true",
                        "E2B_SANDBOX_ID",
                        "s"));
        assertThat(spec.user()).isEqualTo(FileOwner.USER);
    }

    @Test
    void outputComesAsItIsPrinted() {
        subscribe();
        bed.agent.started();
        bed.agent.print("one");
        Awaitility.await().until(() -> events.size() == 1);
        assertThat(events).containsExactly(new ToolEvent.Output("one"));
        bed.agent.print("\u001b[1m");
        bed.agent.print("two");
        bed.agent.exit(0);
        assertThat(result().output()).isEqualTo("onetwo");
        assertThat(events.subList(0, 2)).containsExactly(new ToolEvent.Output("one"), new ToolEvent.Output("two"));
        assertThat(events).hasSize(3);
    }

    @Test
    void cancelBeforeItRunsEndsItAsSoonAsItDoes() {
        Disposable call = subscribe();
        call.dispose();
        assertThat(bed.agent.calls).containsExactly("start");
        bed.agent.started();
        signalled();
        assertThat(events).isEmpty();
    }

    @Test
    void cancelWhileItRunsEndsIt() {
        Disposable call = subscribe();
        bed.agent.started();
        bed.agent.print("one");
        call.dispose();
        signalled();
    }

    @Test
    void cancelAtItsEndLeavesItsChildrenAlone() {
        StepVerifier.create(bed.events("bash", CALL).takeUntil(ToolEvent.End.class::isInstance))
                .then(() -> bed.agent.started())
                .then(() -> bed.agent.exit(0))
                .expectNextMatches(ToolEvent.End.class::isInstance)
                .expectComplete()
                .verify(ToolBed.LIMIT);
        assertThat(bed.agent.calls).containsExactly("start");
    }

    @Test
    void commandWhoseEndIsNotToldIsEndedAndSaysSo() {
        subscribe();
        bed.agent.started();
        bed.agent.print("partial");
        Awaitility.await().until(() -> events.size() == 1);
        bed.time.advanceTimeBy(Duration.ofSeconds(299));
        assertThat(events).hasSize(1);
        bed.time.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(result().error()).isEqualTo("The sandbox told no end of the command in time; it was told to end it");
        assertThat(result().output()).isEqualTo("partial");
        assertThat(result().exitCode()).isNull();
        signalled();
    }

    @Test
    void startThatIsNotAnsweredFailsInTimeAndIsEndedWhenItRuns() {
        StepVerifier.create(bed.events("bash", CALL))
                .then(() -> bed.time.advanceTimeBy(Duration.ofSeconds(61)))
                .then(() -> bed.time.advanceTimeBy(Duration.ofSeconds(21)))
                .expectError(TimeoutException.class)
                .verify(ToolBed.LIMIT);
        assertThat(bed.agent.calls).containsExactly("start");
        bed.agent.started();
        signalled();
    }

    @Test
    void w15StartIsNeverSentTwice() {
        bed.agent.refusal = new AgentGoneException("the answer was no answer", null);
        StepVerifier.create(bed.events("bash", CALL))
                .expectError(AgentGoneException.class)
                .verify(ToolBed.LIMIT);
        assertThat(bed.agent.calls).containsOnlyOnce("start");
    }

    @Test
    void refusalsOfTheSandboxAreResults() {
        bed.agent.refusal = new AgentException(AgentException.Code.EXHAUSTED, "fork");
        assertThat(bed.call("bash", CALL).error()).contains("no room for another process");
        bed.agent.refusal = new AgentException(AgentException.Code.INTERNAL, "odd");
        assertThat(bed.call("bash", CALL).error()).isEqualTo("The command can't be started: odd");
    }

    @Test
    void fullServiceRefusesBeforeAnythingRuns() {
        bed.tasks.close();
        StepVerifier.create(bed.events("bash", CALL))
                .expectError(RejectedExecutionException.class)
                .verify(ToolBed.LIMIT);
        assertThat(bed.agent.calls).isEmpty();
    }

    @Test
    void endOfTheSandboxKeepsWhatWasPrinted() {
        subscribe();
        bed.agent.started();
        bed.agent.print("partial");
        Awaitility.await().until(() -> events.size() == 1);
        bed.commands.endSandbox("s", Cause.SANDBOX_EXPIRED).block(ToolBed.LIMIT);
        assertThat(result().output()).isEqualTo("partial");
        assertThat(result().error()).contains("The sandbox ended while the command ran (sandbox-expired)");
        assertThat(result().cause()).isEqualTo("sandbox-expired");
        assertThat(result().success()).isFalse();
    }

    @Test
    void stopOfTheServiceKeepsWhatWasPrintedAndSaysThatTheCommandGoesOn() {
        subscribe();
        bed.agent.started();
        bed.agent.print("partial");
        Awaitility.await().until(() -> events.size() == 1);
        bed.commands.close();
        Awaitility.await().untilAsserted(() -> assertThat(result().output()).isEqualTo("partial"));
        assertThat(result().cause()).isEqualTo("service-stop");
        assertThat(result().error()).contains("It goes on in the sandbox, as process ");
        assertThat(bed.agent.calls).noneMatch(call -> call.startsWith("signal"));
    }

    @Test
    void lostOutputIsSaid() {
        subscribe();
        bed.agent.started();
        bed.agent.print("one");
        bed.agent.lose(12);
        bed.agent.print("two");
        bed.agent.exit(0);
        assertThat(result().output()).isEqualTo("one\n[12 bytes of output were lost here]\ntwo");
        assertThat(events).contains(new ToolEvent.Output("\n[12 bytes of output were lost here]\n"));
    }

    @Test
    void callerWhoTakesNothingForLongMissesNothing() {
        bed.commands.begin();
        StringBuilder taken = new StringBuilder();
        StepVerifier.create(bed.events("bash", CALL).doOnNext(event -> append(taken, event)), 1)
                .then(() -> bed.agent.started())
                .then(() -> {
                    for (int i = 0; i < 50; i++) bed.agent.print(i + ",");
                    bed.agent.exit(0);
                })
                .expectNextCount(1)
                .then(() -> bed.time.advanceTimeBy(Duration.ofSeconds(100)))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(event -> true)
                .expectComplete()
                .verify(ToolBed.LIMIT);
        String all = IntStream.range(0, 50).mapToObj(i -> i + ",").collect(Collectors.joining());
        assertThat(taken.toString()).isEqualTo(all + "|" + all);
    }

    private static void append(StringBuilder taken, ToolEvent event) {
        if (event instanceof ToolEvent.Output output) taken.append(output.text());
        if (event instanceof ToolEvent.End end)
            taken.append('|').append(end.result().output());
    }

    @Test
    void fileOfLongOutputIsWrittenWhileItComes() {
        Sinks.Empty<Void> go = Sinks.empty();
        subscribe();
        bed.agent.started();
        bed.agent.held = go.asMono();
        String much = "0123456789".repeat(1000);
        for (int i = 0; i < 5; i++) bed.agent.print(much);
        bed.agent.exit(0);
        Awaitility.await().until(() -> bed.agent.calls.stream().anyMatch(call -> call.startsWith("write ")));
        assertThat(events).noneMatch(ToolEvent.End.class::isInstance);
        go.tryEmitEmpty();
        ToolResult result = result();
        assertThat(result.truncated()).isTrue();
        assertThat(result.output()).contains("25,000 of 50,000 characters. The full output is in ");
        assertThat(bed.agent.file(String.valueOf(result.outputFile()))).isEqualTo(much.repeat(5));
        assertThat(bed.agent.calls).contains("wrote 600");
    }

    @Test
    void fileThatIsNeverWrittenHoldsUpNothingForEver() {
        subscribe();
        bed.agent.started();
        bed.agent.held = Mono.never();
        for (int i = 0; i < 5; i++) bed.agent.print("0123456789".repeat(1000));
        bed.agent.exit(0);
        Awaitility.await().until(() -> bed.agent.calls.stream().anyMatch(call -> call.startsWith("write ")));
        bed.time.advanceTimeBy(Duration.ofSeconds(400));
        assertThat(result().output()).contains("The full output could not be kept: it took too long");
    }
}

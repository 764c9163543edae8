package dev.sandbar.session.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.command.Command;
import dev.sandbar.command.CommandState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/** {@code bash} in a real sandbox. */
class BashToolIT {

    private static RealSandboxes real;

    @BeforeAll
    static void start() throws IOException {
        real = new RealSandboxes();
    }

    @AfterAll
    static void end() throws IOException {
        real.close();
    }

    @Test
    void w18OutputOfBothStreamsComesInItsOrder() {
        ToolResult result = real.bash("for i in $(seq 200); do echo out$i; echo err$i >&2; done");
        StringBuilder expected = new StringBuilder();
        for (int i = 1; i <= 200; i++)
            expected.append("out").append(i).append("\nerr").append(i).append('\n');
        assertThat(result.output()).isEqualTo(expected.toString());
        assertThat(result.success()).isTrue();
        assertThat(result.exitCode()).isZero();
        assertThat(result.cause()).isEqualTo("exited");
        assertThat(result.error()).isNull();
    }

    @Test
    void outputIsTheEventsTexts() {
        List<ToolEvent> events =
                real.events(new ReadFiles(), "bash", "{'command':'echo one; sleep 0.2; echo two', 'description':'x'}");
        String streamed = events.stream()
                .filter(ToolEvent.Output.class::isInstance)
                .map(event -> ((ToolEvent.Output) event).text())
                .collect(Collectors.joining());
        assertThat(events.size()).isGreaterThan(2);
        assertThat(streamed).isEqualTo("one\ntwo\n");
        assertThat(events.get(events.size() - 1)).isInstanceOf(ToolEvent.End.class);
    }

    @Test
    void failureIsToldWithItsCodeAndItsOutput() {
        ToolResult result = real.bash("echo before; exit 7");
        assertThat(result.success()).isFalse();
        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.shown()).isEqualTo("before\n\n\nERROR: Exit code 7");
        assertThat(real.bash("true").shown()).isEqualTo("(no output)");
        assertThat(real.bash("exit 3").shown()).isEqualTo("ERROR: Exit code 3");
    }

    @Test
    void signalThatEndsTheCommandIsNamed() {
        ToolResult result = real.bash("kill -TERM $$; sleep 5");
        assertThat(result.success()).isFalse();
        assertThat(result.error()).contains("signal 15");
    }

    @Test
    void w18TimeOutKeepsWhatWasPrintedAndSaysSo() {
        ToolResult result =
                real.call(new ReadFiles(), "bash", "{'command':'echo partial; sleep 50; echo never', 'timeout':1}");
        assertThat(result.success()).isFalse();
        assertThat(result.output()).isEqualTo("partial\n");
        assertThat(result.error()).isEqualTo("Timeout after 1s");
        assertThat(result.cause()).isEqualTo("timeout");
    }

    @Test
    void commandRunsAsUserInItsHomeWithNothingToRead() {
        assertThat(real.shell("id -un; pwd; echo $HOME $USER $FROM_SANDBOX $E2B_SANDBOX_ID; cat; echo $0"))
                .isEqualTo("user\n/home/user\n/home/user user yes tools\n/bin/bash");
    }

    @Test
    void workDirectoryMayBeRelativeAndMustBeThere() {
        real.shell("mkdir -p work/dir");
        assertThat(real.call(new ReadFiles(), "bash", "{'command':'pwd', 'work_dir':'work/dir'}")
                        .output())
                .isEqualTo("/home/user/work/dir\n");
        assertThat(real.call(new ReadFiles(), "bash", "{'command':'pwd', 'work_dir':'/no/where'}")
                        .shown())
                .isEqualTo("ERROR: No such directory: /no/where");
    }

    @Test
    void filesStayAndShellStateDoesNot() {
        real.shell("x=1; cd /tmp; echo kept > /home/user/kept");
        assertThat(real.shell("echo \"$x\"; pwd; cat kept")).isEqualTo("\n/home/user\nkept");
    }

    @Test
    void escapeCodesAreNotShown() {
        assertThat(real.shell("printf '\\033[1;31mred\\033[0m \\033]0;title\\007text\\n'"))
                .isEqualTo("red text");
    }

    @Test
    void w18BytesThatAreNoTextAreShownAsReplacementsAndLoseNothingElse() {
        assertThat(real.shell("printf 'a\\377b\\303\\244\\n'")).isEqualTo("a\ufffdb\u00e4");
    }

    @Test
    void longOutputIsShownInPartAndKeptWholeAndRaw() {
        ToolResult result = real.bash("printf '\\377\\n'; seq 1 100000; echo last");
        assertThat(result.success()).isTrue();
        assertThat(result.truncated()).isTrue();
        assertThat(result.output()).startsWith("\ufffd\n1\n2\n").endsWith("\n100000\nlast\n");
        assertThat(result.output()).contains(" characters. The full output is in " + result.outputFile());
        assertThat(result.output().length()).isLessThan(OutputView.MOST + 300);
        assertThat(real.shell("(printf '\\377\\n'; seq 1 100000; echo last) | cmp - " + result.outputFile()
                        + " && stat -c '%a %U' " + result.outputFile()))
                .isEqualTo("600 user");
        ToolResult middle =
                real.call(new ReadFiles(), "read", "{'path':'" + result.outputFile() + "','offset':50001,'limit':1}");
        assertThat(middle.output()).isEqualTo("50001\t50000");
    }

    @Test
    void veryMuchOutputIsCountedAndItsBeginKept() {
        ToolResult result = real.bash("head -c 100000000 /dev/zero | tr '\\0' x");
        assertThat(result.success()).isTrue();
        assertThat(result.output()).contains("of 100,000,000 characters. The first 64 MiB are in ");
        assertThat(Long.parseLong(real.shell("stat -c %s " + result.outputFile() + "; rm " + result.outputFile())))
                .isBetween(RawOutput.MOST - 65_536, RawOutput.MOST);
    }

    @Test
    void outputThatCanNotBeKeptIsSaidAndTheCommandGoesOn() {
        real.shell("rm -rf .bash_output; touch .bash_output");
        ToolResult result = real.bash("seq 1 100000; echo last");
        assertThat(result.success()).isTrue();
        assertThat(result.outputFile()).isNull();
        assertThat(result.output())
                .contains("The full output could not be kept")
                .endsWith("last\n");
        real.shell("rm .bash_output");
    }

    @Test
    void backgroundChildThatKeepsThePipeDoesNotHoldTheCallAndLivesOn() {
        long before = System.nanoTime();
        String pid = real.shell("sleep 300 & echo $!");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
        assertThat(real.shell("kill -0 " + pid + " && echo alive; kill " + pid)).isEqualTo("alive");
    }

    @Test
    void usedUpMemoryIsNamed() {
        ToolResult result = real.bash("x=$(head -c 600000000 /dev/zero | tr '\\0' x); echo ${#x}");
        assertThat(result.success()).isFalse();
        assertThat(result.cause()).isEqualTo("memory");
        assertThat(result.error()).contains("memory was used up");
    }

    @Test
    void cancelEndsTheProcessWithItsChildren() {
        Disposable call = real.tools
                .call(
                        real.sandbox,
                        new ReadFiles(),
                        "bash",
                        RealSandboxes.json("{'command':'sleep 4711 & sleep 4711 & echo ready; wait'}"))
                .subscribe();
        Awaitility.await().until(() -> sleepers().equals("2"));
        call.dispose();
        Awaitility.await().until(() -> sleepers().equals("0"));
    }

    private static String sleepers() {
        return real.shell("pgrep -fc '^sleep [4]711' || true");
    }

    @Test
    void cancelAtAnyTimeLeavesNoProcess() {
        for (int millis = 0; millis < 40; millis += 2) {
            StepVerifier.create(real.tools.call(
                            real.sandbox, new ReadFiles(), "bash", RealSandboxes.json("{'command':'exec sleep 4712'}")))
                    .thenAwait(Duration.ofMillis(millis))
                    .thenCancel()
                    .verify(RealSandboxes.LIMIT);
        }
        Awaitility.await().until(() -> real.commands().running(RealSandboxes.ID).isEmpty());
        assertThat(real.shell("pgrep -fc '^sleep [4]712' || true")).isEqualTo("0");
    }

    @Test
    void cancelAfterTheEndSparesWhatWasLeftInTheBackground() {
        real.tools
                .call(
                        real.sandbox,
                        new ReadFiles(),
                        "bash",
                        RealSandboxes.json("{'command':'sleep 4713 >/dev/null 2>&1 & true'}"))
                .takeUntil(ToolEvent.End.class::isInstance)
                .blockLast(RealSandboxes.LIMIT);
        assertThat(real.shell("pgrep -fc '^sleep [4]713'; pkill -f '^sleep [4]713'"))
                .isEqualTo("1");
    }

    @Test
    void w15CommandRunsOnceAndIsListedWithItsEnd() {
        real.shell("rm -f runs; echo run >> runs");
        assertThat(real.shell("cat runs")).isEqualTo("run");
        List<Command> all = Objects.requireNonNull(
                real.commands().list(RealSandboxes.ID).collectList().block(RealSandboxes.LIMIT));
        assertThat(all.stream().filter(command -> command.request().args().contains("rm -f runs; echo run >> runs")))
                .singleElement()
                .matches(command -> command.state() instanceof CommandState.Exited);
    }
}

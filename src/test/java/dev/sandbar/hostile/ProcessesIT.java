package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.gate.Needs;
import dev.sandbar.runtime.FileOwner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reaching for other sandboxes' processes and for the agent, and staying behind. */
@Tag("alone")
class ProcessesIT {

    private static final Duration SECONDS = Duration.ofSeconds(20);
    private static final String DAEMON = "perl -e 'use POSIX; fork && exit; POSIX::setsid(); fork && exit; "
            + "$SIG{$_} = q(IGNORE) for qw(TERM HUP INT QUIT USR1); $0 = q(stays behind); sleep 1000'";

    @RegisterExtension
    static final TestRuntime runtime = new TestRuntime();

    private final TestSandbox sandbox = runtime.start();

    @Test
    @Requires({Needs.SANDBOX_ROOT, Needs.CGROUP_PIDS})
    void anotherSandboxesProcessesAreNeitherSeenNorHit() {
        runtime.neighbour().start(FileOwner.USER, "exec sleep 4242");
        long pid = awaitProcess(runtime.neighbour(), "4242").pid();
        String search = "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -o 'sleep 42[4]2'";
        assertThat(sandbox.root(search).stdout()).isEmpty();
        assertThat(sandbox.root("kill -9 " + pid).stderr()).contains("No such process");
        sandbox.user("kill -9 -- -1");
        assertThat(runtime.processes(runtime.neighbour().id())).anyMatch(process -> process.pid() == pid);
        assertThat(sandbox.user("echo goes on").stdout()).isEqualTo("goes on\n");
    }

    @Test
    @Requires({Needs.SANDBOX_ROOT, Needs.CGROUP_PIDS})
    void everySandboxHasHostIdsOfItsOwn() {
        assertThat(uids(sandbox)).doesNotContainAnyElementsOf(uids(runtime.neighbour()));
        assertThat(uids(sandbox)).hasSize(1).allMatch(uid -> uid > 65536);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    @Requires({Needs.SANDBOX_ROOT, Needs.CGROUP_PIDS})
    void daemonEndsWithItsSandbox(int uid) {
        sandbox.run(new FileOwner(uid, uid), DAEMON);
        ProcessHandle daemon = awaitProcess(sandbox, "stays behind");
        sandbox.destroy();
        assertThat(daemon.isAlive()).isFalse();
    }

    @Test
    @Requires(Needs.CGROUP_PIDS)
    void daemonEndsAlsoWhenTheAgentWasKilledFirst() {
        sandbox.user(DAEMON);
        ProcessHandle daemon = awaitProcess(sandbox, "stays behind");
        sandbox.agentProcess().destroyForcibly();
        sandbox.agent().gone().block(SECONDS);
        sandbox.destroy();
        assertThat(daemon.isAlive()).isFalse();
    }

    @Test
    @Requires(Needs.CGROUP_PIDS)
    void stoppedAndFrozenProcessesEndWithTheirSandbox() {
        sandbox.start(FileOwner.USER, "exec sleep 4242");
        ProcessHandle stopped = awaitProcess(sandbox, "4242");
        Host.run("kill", "-STOP", Long.toString(stopped.pid()));
        Host.run("kill", "-STOP", Long.toString(sandbox.agentProcess().pid()));
        sandbox.destroy();
        assertThat(stopped.isAlive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "STOP", "TERM", "SEGV", "USR1", "HUP"})
    @Requires(Needs.SANDBOX_ROOT)
    void userCantSignalTheAgent(String signal) {
        long agent = sandbox.agentPid();
        assertThat(sandbox.user("kill -" + signal + " " + agent).stderr()).contains("Operation not permitted");
        assertThat(sandbox.user("kill -" + signal + " 1").stderr()).contains("Operation not permitted");
        assertThat(sandbox.user("echo goes on").stdout()).isEqualTo("goes on\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "STOP"})
    @Requires(Needs.CGROUP_PIDS)
    void agentThatTheHostKillsOrStopsIsGoneWithinSeconds(String signal) {
        sandbox.user(DAEMON);
        Host.run("kill", "-" + signal, Long.toString(sandbox.agentProcess().pid()));
        sandbox.agent().gone().block(SECONDS);
        runtime.assertNeighbourWorks();
        sandbox.destroy();
    }

    /** It is process 1, which the kernel shields, and can do no more than root. */
    @Test
    @Requires(Needs.SANDBOX_ROOT)
    void agentIsNotHitByRootEither() {
        assertThat(sandbox.agentPid()).isEqualTo(1);
        sandbox.root("for signal in KILL STOP TERM SEGV USR1 HUP; do kill -$signal 1; done");
        assertThat(sandbox.user("echo goes on").stdout()).isEqualTo("goes on\n");
        String rights = "grep -E '^(CapPrm|CapEff|CapBnd|NoNewPrivs|Seccomp):' ";
        assertThat(sandbox.root(rights + "/proc/1/status").stdout())
                .isEqualTo(sandbox.root(rights + "/proc/self/status").stdout())
                .contains("NoNewPrivs:\t1\nSeccomp:\t2\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    @Requires(Needs.SANDBOX_ROOT)
    void commandsCantChangeWhomTheKernelKillsFirst(int uid) {
        String change = "echo 0 > /proc/self/oom_score_adj; echo 1000 > /proc/1/oom_score_adj;"
                + " cat /proc/self/oom_score_adj /proc/1/oom_score_adj; ls -d /run/proc";
        assertThat(sandbox.run(new FileOwner(uid, uid), change).stdout()).isEqualTo("800\n500\n");
    }

    /** Process 1 inherits and reaps them, among its own that answer requests about files. */
    @Test
    void whatCommandsLeaveBehindTakesNoFileRequestsRoom() {
        sandbox.user("for i in $(seq 40); do setsid sh -c '(sleep 0.1 &)'; done; sleep 1");
        assertThat(sandbox.agent().stat("/home/user").block(SECONDS)).isNotNull();
        sandbox.destroy();
    }

    private static ProcessHandle awaitProcess(TestSandbox sandbox, String word) {
        return Awaitility.await()
                .until(
                        () -> runtime.processes(sandbox.id()).stream()
                                .filter(process ->
                                        Host.proc(process.pid(), "cmdline").contains(word))
                                .filter(process ->
                                        !Host.proc(process.pid(), "cmdline").contains("/bin/sh"))
                                .filter(process ->
                                        !Host.proc(process.pid(), "cmdline").contains("perl\0-e"))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static List<Long> uids(TestSandbox sandbox) {
        return runtime.processes(sandbox.id()).stream()
                .map(process -> Host.proc(process.pid(), "status"))
                .flatMap(String::lines)
                .filter(line -> line.startsWith("Uid:"))
                .map(line -> Long.parseLong(line.split("\t", -1)[1]))
                .distinct()
                .toList();
    }
}

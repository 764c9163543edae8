package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.gate.Needs;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.FileOwner;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Keeping the agent busy: it goes on answering, and takes no more than its share. */
@Tag("alone")
class PressureIT {

    private static final Duration LONGER_THAN_A_MISSED_PING = Duration.ofSeconds(9);
    private static final Duration PROMPTLY = Duration.ofSeconds(5);

    @RegisterExtension
    static final TestRuntime runtime = new TestRuntime();

    private final TestSandbox sandbox = runtime.start();

    @Test
    void busyLoopsOfAllItsProcessesDoNotMakeTheAgentGone() {
        sandbox.start(FileOwner.USER, "for i in $(seq 50); do while :; do :; done & done; wait");
        assertThat(sandbox.agent()
                        .gone()
                        .thenReturn("gone")
                        .timeout(LONGER_THAN_A_MISSED_PING, Mono.just("there"))
                        .block())
                .isEqualTo("there");
        assertThat(sandbox.within(PROMPTLY).user("echo goes on").stdout()).isEqualTo("goes on\n");
        runtime.assertNeighbourWorks();
    }

    @Test
    @Requires(Needs.CGROUP_PIDS)
    void outputThatNobodyReadsIsKeptUpToABound() {
        for (int i = 0; i < 20; i++) sandbox.start(FileOwner.USER, "exec yes");
        assertThat(sandbox.user("sleep 1; echo goes on").stdout()).isEqualTo("goes on\n");
        String resident =
                Host.proc(sandbox.agentProcess().pid(), "status").replaceAll("(?s).*VmRSS:\\s+(\\d+) kB.*", "$1");
        assertThat(Integer.parseInt(resident)).isLessThan(20 * 2 * 256 + 4096);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "GARBAGE", "\\0\\0\\0\\1", "\\377\\377\\377\\377\\377\\377\\377\\377"})
    void floodOfTheSudoSocketIsBounded(String said) {
        String flood = "perl -MSocket -e 'for (1 .. 120) { socket($s[$_], AF_UNIX, SOCK_SEQPACKET, 0);"
                + " $SIG{PIPE} = q(IGNORE); connect($s[$_], pack_sockaddr_un(q(/run/sandbar/sudo.sock)));"
                + " syswrite($s[$_], \"" + said.repeat(20) + "\") } print qq(done\\n); $| = 1; sleep 1000'";
        sandbox.start(FileOwner.USER, flood);
        assertThat(sandbox.within(PROMPTLY).user("sleep 1; echo goes on").stdout())
                .isEqualTo("goes on\n");
        runtime.assertNeighbourWorks();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/home/user/fifo", "/dev/zero", "/dev/tty", "/proc/1/fd", "/home/user/socket", "/dev/pts/ptmx"})
    void whatIsNoFileIsRefusedAtOnce(String path) {
        sandbox.user("mkfifo fifo; perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0); "
                + "bind(S, pack_sockaddr_un(q(socket)))'");
        assertThatThrownBy(() -> sandbox.agent().read(path, 0, -1).blockLast(PROMPTLY))
                .isInstanceOf(AgentException.class);
    }
}

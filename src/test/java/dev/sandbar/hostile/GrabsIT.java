package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.gate.Needs;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.SandboxSpec.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Taking all of what the kernel counts for a user or for the whole machine ({@code src/test/c/grabs.c}): another tenant and
 * the host's root can still make one.
 */
@Tag("alone")
@Requires({Needs.SANDBOX_ROOT, Needs.CGROUP_MEMORY, Needs.CGROUP_PIDS})
class GrabsIT {

    private static final int ALL = 2_000_000;
    private static final Limits LIMITS = new Limits(1, 192, 32, 64);

    @RegisterExtension
    static final TestRuntime runtime = new TestRuntime();

    @TempDir
    static Path directory;

    private static Path program = Path.of("");

    @BeforeAll
    static void compile() {
        program = directory.resolve("grabs");
        Host.run("cc", "-std=gnu17", "-D_GNU_SOURCE", "-static", "-o", program.toString(), "src/test/c/grabs.c");
    }

    /** @param most how many its user and its root may get together; -1 where only its memory bounds them */
    @ParameterizedTest
    @CsvSource({
        "inotify_instance, -1",
        "inotify_watches, -1",
        "terminal, 16",
        "queued_signal, 4096",
        "timer, 4096",
        "message_queue, 20",
        "shared_memory, 4096",
        "semaphores, -1",
        "messages, -1",
        "pipe_pages, -1",
        "file_lock, -1",
        "open_file, 131072",
        "epoll_watch, -1",
        "timer_file, 131072",
        "event_file, 131072",
        "locked_memory, 16",
        "key, 0",
        "huge_page, 0",
        "huge_segment, 0",
        "huge_file, 0",
        "socket_filter, 0",
        "call_filter, 0",
        "bpf_map, 0",
        "counter, 0",
        "fanotify, 0",
        "network, 0",
        "unix_bytes, -1"
    })
    void allThatOneSandboxCanTakeLeavesOneForEverybodyElse(String kind, int most) throws IOException {
        runtime.neighbour().install("/tmp/grabs", Files.readAllBytes(program));
        Bystander bystander =
                new Bystander(runtime.neighbour(), "/tmp/grabs " + kind + " 1", List.of(program.toString(), kind, "1"));
        TestSandbox attacker = runtime.start(LIMITS);
        attacker.install("/tmp/grabs", Files.readAllBytes(program));
        long taken = grab(attacker, FileOwner.USER, kind, ALL) + grab(attacker, FileOwner.ROOT, kind, ALL);
        if (most >= 0) assertThat(taken).isLessThanOrEqualTo(most);
        bystander.assertUnharmed();
        attacker.destroy();
        bystander.assertUnharmed();
    }

    /** On cgroup v1, where nothing else counts it; on v2 it is a part of the memory. */
    @ParameterizedTest
    @ValueSource(strings = {"tcp_bytes", "udp_bytes"})
    void bytesThatSocketsKeepAreBounded(String kind) throws IOException {
        TestSandbox attacker = runtime.start(LIMITS);
        Path kept = runtime.memoryGroup(attacker.id()).resolve("memory.kmem.tcp.usage_in_bytes");
        Needs.CGROUP_V1.orSkip(Files.exists(kept));
        attacker.install("/tmp/grabs", Files.readAllBytes(program));
        runtime.neighbour().install("/tmp/grabs", Files.readAllBytes(program));
        Bystander bystander =
                new Bystander(runtime.neighbour(), "/tmp/grabs " + kind + " 1", List.of(program.toString(), kind, "1"));
        grab(attacker, FileOwner.USER, kind, 60);
        long quarter = LIMITS.memoryMiB() * 1024L * 1024L / 4;
        assertThat(Long.parseLong(Files.readString(kept).strip()))
                .isBetween(quarter / 2, quarter + quarter / 4); // the kernel lets some through
        bystander.assertUnharmed();
    }

    /** What is held as long as the sandbox lives; 0 where it was killed for it. */
    private static long grab(TestSandbox sandbox, FileOwner user, String kind, int most) {
        String out = "/tmp/taken" + user.uid();
        String script = "/tmp/grabs " + kind + " " + most + " > " + out + " 2>&1 & for i in $(seq 400); do"
                + " grep -q then " + out + " && break; kill -0 $! || break; sleep 0.05; done; cat " + out;
        try {
            String said = sandbox.run(user, script).stdout();
            return said.isEmpty() ? 0 : Long.parseLong(said.replaceAll("(?s).*: (\\d+), then .*", "$1"));
        } catch (AgentGoneException killedWithIt) {
            return 0;
        }
    }
}

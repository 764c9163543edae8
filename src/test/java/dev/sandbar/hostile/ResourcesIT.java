package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.gate.Needs;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.FileWrite;
import dev.sandbar.runtime.channel.ChannelSettings;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Taking more than one's share: of processes, memory, disk, files. */
@Tag("alone")
class ResourcesIT {

    private static final int MIB = 1024 * 1024;

    @RegisterExtension
    static final TestRuntime runtime = new TestRuntime(ChannelSettings.DEFAULT.pingLimit());

    private final TestSandbox sandbox = runtime.start();

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    @Requires({Needs.SANDBOX_ROOT, Needs.CGROUP_PIDS})
    void forkBombIsStoppedByTheLimitAndEndsWithItsSandbox(int uid) {
        sandbox.start(new FileOwner(uid, uid), "exec perl -e 'for (;;) { fork // select(undef, undef, undef, 0.1) }'");
        Awaitility.await()
                .atMost(TestRuntime.LIMIT)
                .until(() -> runtime.processes(sandbox.id()).size() > TestRuntime.LIMITS.processes() - 4);
        runtime.assertNeighbourWorks();
        assertThat(runtime.processes(sandbox.id())).hasSizeLessThanOrEqualTo(TestRuntime.LIMITS.processes());
        assertThatThrownBy(() -> sandbox.user("true | true"))
                .isInstanceOfSatisfying(
                        AgentException.class,
                        refused -> assertThat(refused.code()).isEqualTo(AgentException.Code.EXHAUSTED));
        sandbox.destroy();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    @Requires({Needs.SANDBOX_ROOT, Needs.CGROUP_MEMORY})
    void memoryHogIsKilledAndTheSandboxGoesOn(int uid) {
        TestSandbox.Result result = sandbox.run(new FileOwner(uid, uid), "head -c 1G /dev/zero | tail -n 1");
        assertThat(result.code()).isEqualTo(128 + 9);
        runtime.assertNeighbourWorks();
        assertThat(sandbox.user("echo goes on").stdout()).isEqualTo("goes on\n");
    }

    @Test
    @Requires(Needs.CGROUP_MEMORY)
    void manySmallHogsAreKilledBeforeTheAgent() {
        sandbox.user("for i in $(seq 40); do perl -e '$x = \"x\" x 4000000; sleep 2' & done; wait");
        assertThat(sandbox.user("echo goes on").stdout()).isEqualTo("goes on\n");
    }

    @Test
    void filledTmpRefusesCommandsAndUploadsOnly() {
        TestSandbox.Result result =
                sandbox.user("for i in 1 2 3; do head -c 20M /dev/zero > /tmp/full$i; done; du -sm /tmp | cut -f1");
        assertThat(result.stderr()).contains("No space left on device");
        assertThat(Integer.parseInt(result.stdout().strip())).isLessThanOrEqualTo(TestRuntime.LIMITS.diskMiB() + 1);
        assertThatThrownBy(() -> upload("/tmp/upload", 1)).satisfies(error -> refused(error, "NO_SPACE"));
        runtime.assertNeighbourWorks();
        assertThat(sandbox.user("echo x > /home/user/x && rm /tmp/full*").succeeded())
                .isTrue();
        upload("/tmp/upload", 1);
    }

    @Test
    void hugeFileEndsAtTheLimitOfOneFile() {
        TestSandbox.Result result = sandbox.user("head -c 100M /dev/zero > /home/user/huge; echo $?");
        assertThat(result.stdout()).isEqualTo(128 + 25 + "\n");
        assertThat(sandbox.user("stat -c %s huge").stdout()).isEqualTo(TestRuntime.LIMITS.diskMiB() * MIB + "\n");
    }

    @Test
    void hugeUploadIsRefusedAndTheAgentGoesOn() {
        assertThatThrownBy(() -> upload("/home/user/huge", TestRuntime.LIMITS.diskMiB() + 1))
                .satisfies(error -> refused(error, "NO_SPACE"));
        assertThat(sandbox.user("ls -A /home/user").stdout()).isEmpty();
    }

    /** What root fills counts as the sandbox's memory, or has a size of its own; the agent may go down with it. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/dev", "/dev/shm", "/root", "/run", "/run/sandbar", "/var", "/etc", "/tmp", "/home"})
    @Requires({Needs.SANDBOX_ROOT, Needs.CGROUP_MEMORY})
    void rootFillsNoMoreThanItsOwnMemory(String directory) {
        String fill = "for i in $(seq 20); do head -c 20M /dev/zero > " + directory + "/full$i || exit 7; done";
        assertThat(outcome(fill)).isIn("full", "killed", "sandbox gone");
        runtime.assertNeighbourWorks();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tmp", "/dev/shm", "/run", "/"})
    @Requires({Needs.SANDBOX_ROOT, Needs.CGROUP_MEMORY})
    void endlessEmptyFilesCountAsMemoryToo(String directory) {
        String fill = "exec perl -e 'for (;;) { open(F, q(>), qq(" + directory
                + "/file_with_a_rather_long_name_) . $i++) or exit 7 }'";
        assertThat(outcome(fill)).isIn("full", "killed", "sandbox gone");
        runtime.assertNeighbourWorks();
    }

    /** The script exits with 7 where there is no room. */
    private String outcome(String script) {
        try {
            TestSandbox.Result result = sandbox.root(script);
            if (result.signalled() ? result.code() == 9 : result.code() == 128 + 9) return "killed";
            return result.code() == 7 ? "full" : result.toString();
        } catch (AgentGoneException killedWithIt) {
            return "sandbox gone";
        }
    }

    private void upload(String path, int mebibytes) {
        sandbox.agent()
                .write(
                        new FileWrite(path, FileOwner.USER, 0644, Map.of()),
                        Flux.range(0, mebibytes).concatMap(i -> Mono.just(new byte[MIB]), 1))
                .block(TestRuntime.LIMIT);
    }

    private static void refused(Throwable error, String code) {
        assertThat(error).isInstanceOf(AgentException.class);
        assertThat(((AgentException) error).code()).hasToString(code);
    }
}

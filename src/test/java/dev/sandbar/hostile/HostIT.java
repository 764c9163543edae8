package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.gate.Needs;
import dev.sandbar.runtime.FileOwner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reaching for the host: its files, environment, descriptors, network. */
@Tag("alone")
class HostIT {

    @RegisterExtension
    static final TestRuntime runtime = new TestRuntime();

    @TempDir
    Path directory;

    private final TestSandbox sandbox = runtime.start();
    private final String secret = UUID.randomUUID().toString();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/shadow",
                "/etc/gshadow",
                "/etc/ssh",
                "/etc/machine-id",
                "/root/.bashrc",
                "/root/.ssh",
                "/boot",
                "/home/*/.[a-z]*",
                "/var/lib",
                "/var/log",
                "/var/spool",
                "/var/run/dbus",
                "/opt",
                "/srv",
                "/mnt",
                "/media",
                "/sys",
                "/proc/1/root/etc/shadow",
                "/proc/self/root/etc/shadow",
                "/proc/1/cwd/../../etc/shadow",
                "/run/docker.sock",
                "/run/systemd",
                "/dev/disk",
                "/dev/kmsg",
                "/dev/mem"
            })
    @Requires(Needs.SANDBOX_ROOT)
    void hostsPathIsNotThere(String path) {
        assertThat(sandbox.root("ls -d " + path).code()).isNotZero();
        assertThat(sandbox.user("cat " + path).code()).isNotZero();
    }

    @Test
    @Requires(Needs.SANDBOX_ROOT)
    void hostsFileOpenToEverybodyIsFoundNowhere() throws IOException {
        Path file = Files.writeString(directory.resolve("secret"), secret);
        Host.run("chmod", "-R", "a+rX", directory.toString());
        String search = "for root in '' /proc/[0-9]*/root /proc/[0-9]*/cwd /proc/[0-9]*/fd/*; do cat $root" + file
                + "; done; find / -xdev -not -path '/usr/*' -type f -exec grep -l " + secret.substring(1) + " {} +";
        assertThat(sandbox.user(search).stdout()).isEmpty();
        assertThat(sandbox.root(search).stdout()).isEmpty();
    }

    @Test
    @Requires(Needs.SANDBOX_ROOT)
    void runDirectoriesOfSandboxesAndTheirSocketsAreFoundNowhere() {
        String neighbour = runtime.directory(runtime.neighbour().id()).toString();
        String own = runtime.directory(sandbox.id()).toString();
        assertThat(sandbox.root("ls " + neighbour + " || ls " + own + " || find / -name agent.sock")
                        .stdout())
                .isEmpty();
    }

    /** Else a local user of the host would become the sandbox's root by it. */
    @Test
    void setUserIdFilesOfASandboxAreOutOfReachForTheHostsUsers() {
        sandbox.root("cp /bin/sleep shell && chown 0:0 shell && chmod 6777 shell && chmod 777 .");
        Path home = runtime.directory(sandbox.id()).resolve("home/user");
        assertThat(home.resolve("shell")).isExecutable();
        assertThat(Host.exitCode(asNobody("ls", home.toString()))).isNotZero();
        assertThat(Host.exitCode(asNobody("sh", "-c", home.resolve("shell") + " 0")))
                .isNotZero();
        assertThat(Host.exitCode(asNobody("true"))).isZero();
    }

    private static String[] asNobody(String... command) {
        return Stream.concat(Stream.of("setpriv", "--reuid", "65534", "--clear-groups"), Stream.of(command))
                .toArray(String[]::new);
    }

    @Test
    @Requires({Needs.SANDBOX_ROOT, Needs.CGROUP_PIDS})
    void nothingOfTheHostsEnvironmentIsPassedOn() {
        assertThat(System.getenv()).isNotEmpty();
        assertThat(sandbox.user("env | cut -d= -f1 | sort | tr '\\n' ' '").stdout())
                .isEqualTo("HOME PATH PWD ");
        String all = sandbox.root("cat /proc/[0-9]*/environ | tr '\\0' '\\n' | cut -d= -f1 | sort -u")
                .stdout();
        assertThat(all.lines().toList()).isSubsetOf("HOME", "PATH", "PWD", "_", "container");
        runtime.processes(sandbox.id())
                .forEach(process -> assertThat(
                                Host.proc(process.pid(), "environ").lines())
                        .allMatch(text -> text.matches("(PATH=[^\0]*\0|PWD=[^\0]*\0)*")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    @Requires(Needs.SANDBOX_ROOT)
    void commandsHaveThreeDescriptors(int uid) {
        String found = sandbox.run(new FileOwner(uid, uid), "cd /proc/self/fd; exec ls")
                .stdout();
        assertThat(found.lines().toList())
                .startsWith("0", "1", "2")
                .hasSizeLessThanOrEqualTo(4); // ls has its directory
    }

    @Test
    @Requires(Needs.CGROUP_PIDS)
    void noDescriptorOfTheSandboxesOwnProcessesLeadsOut() throws IOException {
        for (ProcessHandle process : runtime.processes(sandbox.id())) {
            if (!Host.proc(process.pid(), "status").matches("(?s).*\nNSpid:\t\\d+\t\\d+\n.*")) continue; // outside
            // "/" is the agent's own view of /proc, by which it can do no more than by the other
            List<Path> descriptors = Host.children(Path.of("/proc", process.pid() + "", "fd"));
            assertThat(descriptors).isNotEmpty();
            for (Path descriptor : descriptors) {
                assertThat(Files.readSymbolicLink(descriptor).toString())
                        .matches("/|/dev/null|(socket|pipe):\\[\\d+]|anon_inode:\\[?(eventpoll|signalfd|eventfd)]?");
            }
        }
    }

    @Test
    @Requires(Needs.SANDBOX_ROOT)
    void onlyLoopbackIsThereAndItIsNotTheHosts() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String connect = "echo > /dev/tcp/127.0.0.1/" + listener.getLocalPort();
            Host.run("bash", "-c", connect);
            assertThat(sandbox.user("exec bash -c '" + connect + "'").stderr()).contains("Connection refused");
            assertThat(sandbox.root("exec bash -c '" + connect + "'").stderr()).contains("Connection refused");
        }
        assertThat(sandbox.root("tail -n +3 /proc/net/dev | cut -d: -f1")
                        .stdout()
                        .strip())
                .isEqualTo("lo");
        assertThat(sandbox.user("exec bash -c 'echo > /dev/tcp/192.0.2.1/80'").stderr())
                .contains("Network is unreachable");
    }

    @Test
    @Requires(Needs.SANDBOX_ROOT)
    void hostsAbstractSocketsAreOutOfReach() throws IOException {
        String socket = "use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0) or die; ";
        String address = "pack_sockaddr_un(\"\\0x" + secret + "\")";
        String connect = socket + "connect(S, " + address + ") or die \"refused: $!\"";
        Process listener = new ProcessBuilder(
                        "perl", "-e", socket + "bind(S, " + address + ") or die; listen(S, 5); sleep 100")
                .start();
        try {
            Awaitility.await().untilAsserted(() -> Host.run("perl", "-e", connect));
            assertThat(sandbox.user("perl -e '" + connect + "'").stderr()).contains("refused: Connection refused");
            assertThat(sandbox.root("perl -e '" + connect + "'").stderr()).contains("refused: Connection refused");
        } finally {
            listener.destroyForcibly();
        }
    }
}

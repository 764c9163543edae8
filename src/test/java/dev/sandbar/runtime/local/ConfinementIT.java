package dev.sandbar.runtime.local;

import static dev.sandbar.runtime.FileOwner.ROOT;
import static dev.sandbar.runtime.FileOwner.USER;
import static dev.sandbar.runtime.local.LocalHarness.LONG;
import static dev.sandbar.runtime.local.LocalHarness.shell;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.gate.Needs;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.FileWrite;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** What the inside of a sandbox looks like, tried from there. */
@Tag("alone")
class ConfinementIT {

    private static final LocalHarness local = new LocalHarness();
    private static Agent agent = local.start("inside");

    @TempDir
    Path directory;

    @BeforeAll
    static void rootIsOffered() {
        Needs.SANDBOX_ROOT.orSkip(local.runtime.capabilities().users().contains("root"));
    }

    @AfterAll
    static void close() throws Exception {
        local.runtime.destroy("inside").block(LONG);
        assertThat(local.left("inside")).isEmpty();
        local.close();
    }

    @Test
    void userHasNoPrivileges() {
        String status = shell(agent, USER, "cat /proc/self/status");
        assertThat(status)
                .contains("Uid:\t1000\t1000\t1000\t1000", "NoNewPrivs:\t1", "Seccomp:\t2")
                .contains("CapEff:\t0000000000000000", "CapPrm:\t0000000000000000", "CapBnd:\t0000000000000")
                .doesNotContain("CapBnd:\t000001ffffffffff");
    }

    @Test
    void rootHasTheNineOrFewerAndIsNobodyOnTheHost() {
        assertThat(shell(agent, ROOT, "cat /proc/self/status"))
                .containsPattern("CapEff:\t0000000000000[0-7][0-9a-f]{2}\n")
                .contains("NoNewPrivs:\t1");
        assertThat(shell(agent, ROOT, "cat /proc/self/uid_map"))
                .doesNotContainPattern("^\\s+0\\s+0\\s")
                .containsPattern("^\\s+0\\s+\\d{5,}\\s");
    }

    @Test
    void theUserMayEnterEveryDirectoryOfTheBase() {
        String closed = "find / -xdev -type d ! -executable -print -quit; find /etc /dev /var /home /run -type d"
                + " ! -executable -print; true";
        assertThat(shell(agent, USER, closed + " 2>/dev/null")).isEqualTo("/root\nexit 0");
        assertThat(shell(
                        agent,
                        USER,
                        "cat /etc/ssl/openssl.cnf | head -c 1 | wc -c; ls /etc/ssl/certs | head -1 | wc -l"))
                .isEqualTo("1\n1\nexit 0");
    }

    @Test
    void whatAgentsCallIsThereByItsUsualNameWhereTheHostHasIt() {
        Needs.PYTHON.orSkip(Host.program("python3").isPresent());
        assertThat(shell(agent, USER, "python -c 'print(40 + 2)'")).isEqualTo("42\nexit 0");
        assertThat(shell(agent, ROOT, "touch /usr/local/sbin/x 2>&1")).doesNotContain("exit 0");
        if (Host.program("java").isPresent()) {
            assertThat(shell(agent, USER, "java -XshowSettings:none -version 2>&1"))
                    .endsWith("exit 0");
        }
    }

    @Test
    void theHostsBootIdIsNotShown() throws Exception {
        String file = "/proc/sys/kernel/random/boot_id";
        assertThat(shell(agent, ROOT, "cat " + file))
                .matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\nexit 0")
                .doesNotContain(Files.readString(Path.of(file)).strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tmp", "/dev/shm"})
    void filesInMemoryAreBoundedByNumberToo(String place) {
        String fill = "perl -e 'for (;;) { open(F, q(>), $i++) or last } print $i < 20000'; rm -rf ./*";
        assertThat(shell(agent, USER, "cd " + place + " && " + fill)).isEqualTo("1exit 0");
    }

    @Test
    void theHostsFilesAreOutOfReach() {
        for (String path : List.of("/etc/shadow", "/root/.bashrc", "/var/lib", "/sys", "/boot", "/etc/ssh", "/mnt")) {
            assertThat(shell(agent, ROOT, "ls " + path + " 2>&1")).doesNotContain("exit 0");
        }
        assertThat(shell(agent, ROOT, "touch /usr/x /usr/bin/x 2>&1")).doesNotContain("exit 0");
        assertThat(shell(agent, ROOT, "echo x >> /etc/passwd")).doesNotContain("exit 0");
        assertThat(shell(agent, ROOT, "cat /proc/kcore /proc/keys /proc/kallsyms | head -c 1"))
                .endsWith("exit 0")
                .contains("denied");
    }

    @Test
    void kernelSettingsCantBeWritten() {
        assertThat(shell(agent, ROOT, "echo 60 > /proc/sys/vm/swappiness")).doesNotContain("exit 0");
        assertThat(shell(agent, ROOT, "echo x > /proc/sys/kernel/core_pattern")).doesNotContain("exit 0");
        assertThat(shell(agent, ROOT, "echo h > /proc/sysrq-trigger")).doesNotContain("exit 0");
        assertThat(shell(agent, ROOT, "mount -t tmpfs x /mnt; unshare -U true")).doesNotContain("exit 0");
    }

    @Test
    void nothingOfTheServicesEnvironmentComesIn() {
        assertThat(shell(agent, USER, "env | sort"))
                .contains("PATH=")
                .doesNotContain("JAVA", "MAVEN", "HOME=/root", "SANDBAR");
        assertThat(shell(agent, ROOT, "tr '\\0' '\\n' < /proc/1/environ; tr '\\0' '\\n' < /proc/2/environ"))
                .doesNotContain("JAVA", "MAVEN", "HOME=", "SHELL");
    }

    @Test
    void noDescriptorIsInherited() {
        assertThat(shell(agent, USER, "for fd in /proc/$$/fd/*; do readlink $fd; done; true"))
                .doesNotContain("socket:", "/home", "/var")
                .endsWith("exit 0");
        assertThat(shell(agent, ROOT, "for p in /proc/[0-9]*; do readlink $p/fd/*; done"))
                .doesNotContain(local.settings.instance());
    }

    @Test
    void onlyLoopbackIsThere() {
        assertThat(shell(agent, USER, "cut -d: -f1 -s /proc/net/dev | tr -d ' '"))
                .isEqualTo("lo\nexit 0");
    }

    @Test
    void onlyTheSandboxesProcessesAreSeen() {
        assertThat(shell(agent, ROOT, "for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline; echo; done"))
                .contains("/run/agent serve")
                .doesNotContain("java", "bwrap", local.settings.runDirectory().toString());
    }

    @Test
    void sudoIsInThePath() {
        assertThat(shell(agent, USER, "sudo id -u && sudo touch /top && ls -l /top | cut -d' ' -f3"))
                .isEqualTo("0\nroot\nexit 0");
    }

    @Test
    void temporaryFilesAreWritableAndBounded() {
        assertThat(shell(agent, USER, "echo a > /tmp/a && echo b > /dev/shm/b && echo c > /var/tmp/c && cat /tmp/c"))
                .isEqualTo("c\nexit 0");
        assertThat(shell(
                        agent, USER, "head -c 100000000 /dev/zero > /tmp/full; rm /tmp/full; df -m --output=size /tmp"))
                .contains("64");
        assertThat(shell(agent, USER, "head -c 100000000 /dev/zero > full; stat -c %s full; rm -f full"))
                .contains("67108864");
    }

    @Test
    void systemCallsAreFiltered() throws Exception {
        Path program = directory.resolve("refused");
        Path source = directory.resolve("refused.c");
        try (InputStream resource = ConfinementIT.class.getResourceAsStream("/refused.c")) {
            Files.copy(Objects.requireNonNull(resource), source);
        }
        Programs.Result built = Programs.run(
                List.of(
                        "/usr/bin/env",
                        "PATH=/usr/bin:/bin",
                        "cc",
                        "-static",
                        "-o",
                        program.toString(),
                        source.toString()),
                LONG);
        assertThat(built.errors()).isEmpty();
        agent.write(new FileWrite("/home/user/refused", USER, 0755, Map.of()), Flux.just(Files.readAllBytes(program)))
                .block(LONG);
        assertThat(shell(agent, USER, "./refused")).isEqualTo("exit 0");
        assertThat(shell(agent, ROOT, "./refused")).isEqualTo("exit 0");
    }
}

package dev.sandbar.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.gate.Needs;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A service that isn't the host's root, with and without subordinate ids, or as a container's root; only root can try that,
 * with a throw-away user.
 */
@Tag("alone")
class OrdinaryUserIT {

    private final String name = "sandbar" + ProcessHandle.current().pid();
    private Path place = Path.of("");

    @BeforeEach
    void rootMakesUsers() throws Exception {
        Needs.USERS.orSkip(Host.uid() == 0);
        place = Files.createTempDirectory(Path.of("/var/tmp"), "sandbar-classes");
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
        run("useradd", "--no-create-home", "--no-user-group", "--shell", "/bin/sh", name);
    }

    @AfterEach
    void userGoes() throws Exception {
        if (Host.uid() != 0 || place.toString().isEmpty()) return;
        long uid = Long.parseLong(run("id", "-u", name));
        run("userdel", name);
        run("rm", "-rf", place.toString(), "/var/tmp/sandbar-test-" + uid);
    }

    @Test
    void withSubordinateIdsThereIsARoot() throws Exception {
        run("usermod", "--add-subuids", "700000-765535", "--add-subgids", "700000-765535", name);
        List<String> said = asUser();
        assertThat(said)
                .contains(
                        "users [user, root]",
                        "user 1000",
                        "root 0",
                        "0",
                        "sudo 0",
                        "inotify 16",
                        "before true",
                        "adopted 1000",
                        "swept 1",
                        "others []",
                        "left []")
                .contains("caps CapEff:\t0000000000000000")
                .doesNotContain("bomb all", "all", "nested exit 0")
                .noneMatch(line -> line.startsWith("unclean"));
    }

    @Test
    void withoutSubordinateIdsThereIsNone() throws Exception {
        Stream.of("/etc/subuid", "/etc/subgid").forEach(this::forget);
        List<String> said = asUser();
        assertThat(said)
                .contains(
                        "users [user]",
                        "user 1000",
                        "inotify 16",
                        "before true",
                        "adopted 1000",
                        "swept 1",
                        "others []",
                        "left []",
                        "clean")
                .contains("caps CapEff:\t0000000000000000")
                .doesNotContain("bomb all", "all", "nested exit 0")
                .noneMatch(line -> line.startsWith("unclean"));
    }

    /** As Kubernetes runs it with {@code hostUsers: false}: root, but with 65,536 ids only, and no cgroup to write to. */
    @Test
    void asRootOfAContainerThereIsARoot() throws Exception {
        Path base = Files.createDirectory(place.resolve("base"));
        run("chown", "800000:800000", base.toString());
        List<String> said = asRootOfAContainer("0 800000 65536\n", base);
        assertThat(said)
                .contains(
                        "users [user, root]",
                        "user 1000",
                        "root 0",
                        "sudo 0",
                        "adopted 1000",
                        "swept 1",
                        "others []",
                        "left []")
                .contains("caps CapEff:\t0000000000000000")
                .doesNotContain("nested exit 0");
    }

    /** Becomes root of a user namespace whose maps this test, as root of the host, writes. */
    private List<String> asRootOfAContainer(String map, Path base) throws Exception {
        boolean intel = Host.architecture().equals("x86_64");
        String calls = intel ? "272 116 119 117" : "97 159 149 147"; // unshare, setgroups, setresgid, setresuid
        String script = "my ($u, $groups, $gid, $uid) = split / /, q(" + calls + "); $| = 1; syscall($u, 0x10020000)"
                + " == 0 or die $!; print qq(apart\n"
                + "); <STDIN>; my $none = 0;"
                + " syscall($groups, 0, $none) == 0 &&"
                + " syscall($gid, 0, 0, 0) == 0 &&"
                + " syscall($uid, 0, 0, 0) == 0 or die"
                + " $!; exec @ARGV";
        List<String> line = new ArrayList<>(List.of("perl", "-e", script));
        line.addAll(java("-Dsandbar.test.base=" + base));
        line.add("0");
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        try (BufferedReader out = process.inputReader();
                Writer in = process.outputWriter()) {
            assertThat(out.readLine()).isEqualTo("apart");
            for (String name : List.of("uid_map", "gid_map")) {
                Files.writeString(Path.of("/proc", Long.toString(process.pid()), name), map);
            }
            in.write("\n");
            in.flush();
            return out.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> asUser() throws Exception {
        List<String> line = new ArrayList<>(List.of("runuser", "-u", name, "--"));
        line.addAll(java("-Dunused"));
        return run(line.toArray(String[]::new)).lines().toList();
    }

    /** A JVM for others, with copies of the classes, since they may not be able to read the build's. */
    private List<String> java(String option) throws IOException {
        List<String> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path copy = place.resolve(path.size() + (entry.endsWith(".jar") ? ".jar" : ""));
            if (entry.isEmpty() || !Files.exists(Path.of(entry))) continue;
            run("cp", "-r", "--preserve=mode", Path.of(entry).toAbsolutePath().toString(), copy.toString());
            path.add(copy.toString());
        }
        run("chmod", "-R", "a+rX", place.toString());
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(java, option, "-cp", String.join(File.pathSeparator, path), OrdinaryUser.class.getName());
    }

    private void forget(String file) {
        try {
            List<String> lines = Files.readAllLines(Path.of(file));
            Files.write(
                    Path.of(file),
                    lines.stream().filter(line -> !line.startsWith(name + ":")).toList());
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static String run(String... command) throws IOException {
        List<String> line = new ArrayList<>(
                List.of("/usr/bin/env", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
        line.addAll(List.of(command));
        Programs.Result result = Programs.run(line, LocalHarness.LONG.multipliedBy(3));
        assertThat(result.exitCode()).as(result.errors() + result.output()).isZero();
        return result.output();
    }
}

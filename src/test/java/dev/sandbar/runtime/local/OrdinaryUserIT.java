package dev.sandbar.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service that isn't root, with and without subordinate ids; only root can try that, with a throw-away user. */
class OrdinaryUserIT {

    private final String name = "sandbar" + ProcessHandle.current().pid();
    private Path place = Path.of("");

    @BeforeEach
    void rootMakesUsers() throws Exception {
        assumeThat(Host.uid()).isZero();
        assumeThat(Host.program("newuidmap")).isPresent();
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

    /** A JVM of that user's, with copies of the classes, since it may not be able to read the build's. */
    private List<String> asUser() throws Exception {
        List<String> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path copy = place.resolve(path.size() + (entry.endsWith(".jar") ? ".jar" : ""));
            if (entry.isEmpty() || !Files.exists(Path.of(entry))) continue;
            run("cp", "-r", "--preserve=mode", entry, copy.toString());
            path.add(copy.toString());
        }
        run("chmod", "-R", "a+rX", place.toString());
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String said = run(
                "runuser",
                "-u",
                name,
                "--",
                java,
                "-cp",
                String.join(File.pathSeparator, path),
                OrdinaryUser.class.getName());
        return said.lines().toList();
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
        Programs.Result result = Programs.run(line, LocalHarness.LONG);
        assertThat(result.exitCode()).as(result.errors() + result.output()).isZero();
        return result.output();
    }
}

package dev.sandbar.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the tests look at on the host itself. */
final class Host {

    private Host() {}

    /** A file of {@code /proc/PID}, empty when that process has ended. */
    static String proc(long pid, String file) {
        try {
            return new String(
                    Files.readAllBytes(Path.of("/proc", Long.toString(pid), file)), StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return "";
        }
    }

    static String cgroups(long pid) {
        return proc(pid, "cgroup");
    }

    static List<Path> children(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) return List.of();
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList();
        }
    }

    static void removeTree(Path path) throws IOException {
        for (Path child : children(path)) {
            removeTree(child);
        }
        Files.deleteIfExists(path);
    }

    /** Runs a program of the host to its end. */
    static String run(String... command) {
        StringBuilder said = new StringBuilder();
        if (run(said, command) != 0) throw new IllegalStateException(String.join(" ", command) + ": " + said);
        return said.toString();
    }

    /** Like {@link #run}, for a program that may fail. */
    static int exitCode(String... command) {
        return run(new StringBuilder(), command);
    }

    private static int run(StringBuilder said, String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            said.append(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            return process.waitFor();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}

package dev.sandbar.runtime.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Template {@code base}: the parts of the host's own system that every sandbox sees, read-only. */
final class BaseSystem {

    private static final List<String> TOP = List.of("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32");
    private static final List<String> SHARED = List.of(
            "/etc/ld.so.cache",
            "/etc/ld.so.conf",
            "/etc/ld.so.conf.d",
            "/etc/alternatives",
            "/etc/ssl/certs",
            "/etc/ssl/openssl.cnf",
            "/etc/pki/tls/certs",
            "/etc/pki/ca-trust/extracted",
            "/etc/localtime",
            "/etc/mime.types",
            "/etc/services",
            "/etc/protocols",
            "/etc/inputrc");
    private static final List<String> MASKED = List.of(
            "/proc/kcore",
            "/proc/keys",
            "/proc/key-users",
            "/proc/kallsyms",
            "/proc/sysrq-trigger",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/latency_stats");
    private static final List<String> MASKED_DIRECTORIES = List.of("/proc/acpi", "/proc/scsi");

    private BaseSystem() {}

    /** Bubblewrap's arguments for the system's own directories, in the order in which they have to come. */
    static List<String> arguments(RunDirectory run, boolean root) throws IOException {
        List<String> line = new ArrayList<>(List.of("--ro-bind", "/usr", "/usr"));
        for (String directory : TOP) {
            line.addAll(top(Path.of(directory)));
        }
        if (root) line.addAll(sudo(run));
        line.addAll(
                List.of("--perms", "0755", "--dir", "/etc", "--symlink", "../usr/lib/os-release", "/etc/os-release"));
        try (Stream<Path> files = Files.list(run.etc())) {
            files.sorted()
                    .forEach(file -> line.addAll(List.of("--ro-bind", file.toString(), "/etc/" + file.getFileName())));
        }
        for (String path : SHARED) {
            if (Files.isReadable(Path.of(path))) line.addAll(List.of("--ro-bind", path, path));
        }
        line.addAll(List.of("--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys"));
        for (String path : MASKED) {
            if (Files.exists(Path.of(path))) line.addAll(List.of("--ro-bind", "/dev/null", path));
        }
        for (String path : MASKED_DIRECTORIES) {
            if (Files.exists(Path.of(path)))
                line.addAll(List.of("--ro-bind", run.empty().toString(), path));
        }
        return List.copyOf(line);
    }

    /**
     * Real sudo can't work inside, the agent's stands in for it: over the host's where that is an ordinary file, else in
     * {@code /usr/local/sbin}, which then hides the host's.
     */
    private static List<String> sudo(RunDirectory run) {
        if (Files.isRegularFile(Path.of("/usr/bin/sudo"), LinkOption.NOFOLLOW_LINKS)) {
            return List.of("--ro-bind", run.agent().toString(), "/usr/bin/sudo");
        }
        if (Files.isDirectory(Path.of("/usr/local/sbin"), LinkOption.NOFOLLOW_LINKS)) {
            return List.of("--ro-bind", run.tools().toString(), "/usr/local/sbin");
        }
        return List.of();
    }

    private static List<String> top(Path directory) throws IOException {
        if (Files.isSymbolicLink(directory)) {
            return List.of("--symlink", Files.readSymbolicLink(directory).toString(), directory.toString());
        }
        return Files.isDirectory(directory)
                ? List.of("--ro-bind", directory.toString(), directory.toString())
                : List.of();
    }
}

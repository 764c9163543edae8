package dev.sandbar.runtime.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Template {@code base}: the parts of the host's own system that every sandbox sees, read-only. */
final class BaseSystem {

    private static final String BASE = LaunchLine.STAGE + "/base";
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
            "/etc/timezone",
            "/etc/debian_version",
            "/etc/fonts",
            "/etc/texmf",
            "/etc/magic",
            "/etc/terminfo",
            "/etc/shells",
            "/etc/login.defs",
            "/etc/host.conf",
            "/etc/gai.conf",
            "/etc/rpc",
            "/etc/networks",
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
        line.addAll(LocalPrograms.arguments(root));
        line.addAll(
                List.of("--perms", "0755", "--dir", "/etc", "--symlink", "../usr/lib/os-release", "/etc/os-release"));
        try (Stream<Path> files = Files.list(run.etc())) {
            files.sorted()
                    .forEach(file -> line.addAll(
                            List.of("--ro-bind", BASE + "/etc/" + file.getFileName(), "/etc/" + file.getFileName())));
        }
        Set<Path> made = new HashSet<>();
        for (String path : Stream.concat(SHARED.stream(), java().stream()).toList()) {
            if (Files.isReadable(Path.of(path))) line.addAll(shared(path, made));
        }
        line.addAll(List.of("--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys"));
        for (String path : MASKED) {
            if (Files.exists(Path.of(path))) line.addAll(List.of("--ro-bind", "/dev/null", path));
        }
        for (String path : MASKED_DIRECTORIES) {
            if (Files.exists(Path.of(path))) line.addAll(List.of("--ro-bind", BASE + "/empty", path));
        }
        line.addAll(
                List.of("--ro-bind", BASE + "/boot_id", "/proc/sys/kernel/random/boot_id", "--remount-ro", "/proc"));
        return List.copyOf(line);
    }

    /** Parents that bubblewrap makes by itself are closed to {@code user}. */
    private static List<String> shared(String path, Set<Path> made) {
        List<String> line = new ArrayList<>();
        Path target = Path.of(path);
        for (int names = 2; names < target.getNameCount(); names++) {
            Path parent = Path.of("/").resolve(target.subpath(0, names));
            if (made.add(parent)) line.addAll(List.of("--perms", "0755", "--dir", parent.toString()));
        }
        line.addAll(List.of("--ro-bind", path, path));
        return line;
    }

    /** Settings of the host's Java, without which it doesn't start; by version on Debian. */
    private static List<String> java() throws IOException {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(Path.of("/etc"), "java-*-openjdk")) {
            directories.forEach(directory -> found.add(directory.toString()));
        }
        return found;
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

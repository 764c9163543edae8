package dev.sandbar.runtime.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Facts about this machine and this process. */
final class Host {

    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private Host() {}

    /** Effective user id of this process. */
    static long uid() {
        try {
            return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
        } catch (IOException error) {
            throw new UncheckedIOException("can't read the own user id from /proc", error);
        }
    }

    /** The kernel's name for this architecture, {@code uname -m}; Java's differs. */
    static String architecture() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "amd64" -> "x86_64";
            case "arm64" -> "aarch64";
            default -> name;
        };
    }

    /** A program of the system, in the usual places only: what the user's own PATH holds is not trusted. */
    static Optional<Path> program(String name) {
        return Stream.of(PATH.split(":"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** A kernel setting, empty where this kernel has none of that name. */
    static Optional<String> setting(String name) {
        try {
            return Optional.of(Files.readString(Path.of("/proc/sys", name.replace('.', '/')))
                    .strip());
        } catch (IOException missing) {
            return Optional.empty();
        }
    }
}

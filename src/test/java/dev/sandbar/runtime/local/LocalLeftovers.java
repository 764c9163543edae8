package dev.sandbar.runtime.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What an instance has on this host. */
final class LocalLeftovers {

    private LocalLeftovers() {}

    /** Of one sandbox, by name. */
    static List<String> of(LocalSettings settings, String id) {
        return all(settings).stream()
                .filter(found -> found.endsWith("/" + id) || found.endsWith(" " + id))
                .toList();
    }

    /** Of all of them, each by a line that ends with its name. */
    static List<String> all(LocalSettings settings) {
        MarkedProcesses marked = new MarkedProcesses(Path.of("/proc"), settings.instance(), uid -> true);
        try {
            return Stream.of(
                            marked.all().entrySet().stream().map(each -> each.getValue() + " " + each.getKey()),
                            list(Path.of("/sys/fs/cgroup")).stream()
                                    .flatMap(top -> list(top.resolve("sandbar-" + settings.instance())).stream())
                                    .filter(Files::isDirectory)
                                    .map(Path::toString),
                            list(settings.runDirectory()).stream()
                                    .map(Path::toString)
                                    .filter(path -> !path.endsWith("/.base")),
                            Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                                    .map(line -> line.split(" ", -1)[4])
                                    .filter(path -> path.startsWith(settings.runDirectory() + "/")),
                            list(settings.idDirectory()).stream()
                                    .map(LocalLeftovers::holder)
                                    .filter(holder -> holder.contains(settings.instance())))
                    .flatMap(found -> found)
                    .toList();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static List<Path> list(Path directory) {
        if (!Files.isDirectory(directory)) return List.of();
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    private static String holder(Path slot) {
        try {
            return Files.isSymbolicLink(slot) ? "ids " + Files.readSymbolicLink(slot) : slot.toString();
        } catch (IOException gone) {
            return "";
        }
    }
}

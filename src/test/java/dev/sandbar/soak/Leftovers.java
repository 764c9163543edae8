package dev.sandbar.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What bears an instance's mark on this machine: counts by kind, all 0 when nothing is left. */
public record Leftovers(Map<String, List<String>> found) {

    private static final Path PROC = Path.of("/proc");

    /** Looks everywhere where a sandbox of this instance can leave something. */
    public static Leftovers of(String instance) {
        Map<String, List<String>> found = new TreeMap<>();
        found.put("processes", processes(instance));
        found.put("cgroups", cgroups("sandbar-" + instance));
        found.put("mounts", lines(PROC.resolve("self/mounts"), line -> line.contains(instance)));
        found.put("sockets", lines(PROC.resolve("net/unix"), line -> line.contains(instance)));
        found.put("directories", directories(instance));
        found.put("ids", slots(instance));
        return new Leftovers(found);
    }

    /** Whether nothing at all is left. */
    public boolean none() {
        return found.values().stream().allMatch(List::isEmpty);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        found.forEach((kind, things) -> text.append(kind)
                .append(' ')
                .append(things.size())
                .append(things.isEmpty() ? "" : " " + things.subList(0, Math.min(3, things.size())))
                .append("  "));
        return text.toString().strip();
    }

    /** By their cgroup: a sandbox can't leave it, and the agent's own command line can't be forged away from it. */
    private static List<String> processes(String instance) {
        return list(PROC).stream()
                .filter(path -> path.getFileName().toString().matches("\\d+"))
                .filter(path -> read(path.resolve("cgroup")).contains("sandbar-" + instance)
                        || read(path.resolve("cmdline")).contains(instance + "/i"))
                .map(path ->
                        path.getFileName() + " " + read(path.resolve("comm")).strip() + " " + sandbox(path, instance))
                .toList();
    }

    private static String sandbox(Path process, String instance) {
        Matcher found = Pattern.compile(Pattern.quote(instance) + "/(i[a-z0-9]+)")
                .matcher(read(process.resolve("cgroup")) + read(process.resolve("cmdline")));
        return found.find() ? found.group(1) : "";
    }

    private static List<String> cgroups(String group) {
        Path root = Path.of("/sys/fs/cgroup");
        return list(root).stream()
                .flatMap(hierarchy -> list(hierarchy.resolve(group)).stream())
                .filter(Files::isDirectory)
                .map(Path::toString)
                .toList();
    }

    private static List<String> directories(String instance) {
        return Stream.of("/var/lib/sandbar/run/" + instance, "/var/tmp/sandbar-0/" + instance)
                .flatMap(run -> list(Path.of(run)).stream())
                .filter(path -> path.getFileName().toString().matches("i[a-z0-9]{20}"))
                .map(Path::toString)
                .toList();
    }

    private static List<String> slots(String instance) {
        return list(Path.of("/var/lib/sandbar/ids")).stream()
                .filter(slot -> target(slot).contains(instance))
                .map(slot -> slot + " " + target(slot))
                .toList();
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    private static List<Path> list(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    private static List<String> lines(Path file, Predicate<String> wanted) {
        return read(file).lines().filter(wanted).toList();
    }
}

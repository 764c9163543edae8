package dev.sandbar.gate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The list of what tests may do without, and where: everywhere, or only where nobody is root with cgroups. */
final class Skips {

    private static final Path LIST = Path.of("src", "test", "skips.txt");

    private final Set<String> everywhere;
    private final Set<String> elsewhere;
    private final boolean whole;

    /**
     * @param lines each a need, a place and a reason; comments begin with #
     * @param whole this machine lets its root make cgroups
     */
    Skips(List<String> lines, boolean whole) {
        everywhere = needs(lines, "everywhere");
        elsewhere = needs(lines, "not-root");
        this.whole = whole;
    }

    static Skips ofThisMachine() throws IOException {
        return new Skips(Files.readAllLines(LIST), isWhole());
    }

    boolean allow(String reason) {
        return allow(everywhere, reason) || (!whole && allow(elsewhere, reason));
    }

    private static boolean allow(Set<String> needs, String reason) {
        return needs.stream().anyMatch(need -> reason.endsWith("needs " + need));
    }

    private static Set<String> needs(List<String> lines, String place) {
        return lines.stream()
                .map(line -> line.split("\\s+", 3))
                .filter(words -> words.length == 3 && words[1].equals(place))
                .map(words -> words[0])
                .collect(Collectors.toSet());
    }

    private static boolean isWhole() throws IOException {
        Path cgroups = Path.of("/sys/fs/cgroup");
        if (!"root".equals(System.getProperty("user.name")) || !Files.isDirectory(cgroups)) return false;
        try (Stream<Path> found = Files.list(cgroups)) {
            return found.anyMatch(each -> Files.isWritable(each.resolve("cgroup.procs")));
        }
    }
}

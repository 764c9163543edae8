package dev.sandbar.runtime.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Programs that a sandbox has and the host lacks, or has by another name, in {@code /usr/local/sbin}, the first place of the
 * path. What the host holds there stays.
 */
final class LocalPrograms {

    private static final Path PLACE = Path.of("/usr/local/sbin");
    private static final Path SUDO = Path.of("/usr/bin/sudo");

    /** What agents call, and as which program of the host it may be there. */
    private static final Map<String, String> OTHER_NAMES = new TreeMap<>(Map.of("python", "python3", "pip", "pip3"));

    private LocalPrograms() {}

    /** Bubblewrap's arguments. Real sudo can't work inside, the agent stands in for it. */
    static List<String> arguments(boolean root) throws IOException {
        if (!Files.isDirectory(PLACE, LinkOption.NOFOLLOW_LINKS)) return List.of();
        List<String> line = new ArrayList<>(List.of("--perms", "0755", "--tmpfs", PLACE.toString()));
        boolean replaced = Files.isRegularFile(SUDO, LinkOption.NOFOLLOW_LINKS);
        try (Stream<Path> own = Files.list(PLACE)) {
            for (Path each : own.sorted().toList()) {
                if (!root || !each.endsWith("sudo")) line.addAll(same(each));
            }
        }
        if (root && !replaced) line.addAll(link("/run/agent", "sudo"));
        for (Map.Entry<String, String> name : OTHER_NAMES.entrySet()) {
            if (Host.program(name.getKey()).isPresent()) continue;
            Host.program(name.getValue()).ifPresent(path -> line.addAll(link(path.toString(), name.getKey())));
        }
        line.addAll(List.of("--remount-ro", PLACE.toString()));
        if (root && replaced) line.addAll(List.of("--ro-bind", LaunchLine.STAGE + "/base/agent", SUDO.toString()));
        return line;
    }

    private static List<String> same(Path path) throws IOException {
        return Files.isSymbolicLink(path)
                ? List.of("--symlink", Files.readSymbolicLink(path).toString(), path.toString())
                : List.of("--ro-bind", path.toString(), path.toString());
    }

    private static List<String> link(String target, String name) {
        return List.of("--symlink", target, PLACE.resolve(name).toString());
    }
}

package dev.sandbar.runtime.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where cgroups are mounted.
 *
 * @param hierarchies mount points of cgroup v1 by controller
 * @param unified groups of cgroup v2 below which this service may try to make its own: the top, then the one it is in
 */
record CgroupMounts(Map<String, Path> hierarchies, List<Path> unified) {

    static CgroupMounts read(Path proc) throws IOException {
        Map<String, Path> hierarchies = new HashMap<>();
        List<Path> unified = new ArrayList<>();
        for (String line : Files.readAllLines(proc.resolve("self/mountinfo"))) {
            int separator = line.indexOf(" - ");
            if (separator < 0) continue;
            Path mount = Path.of(line.split(" ", 6)[4]);
            String[] source = line.substring(separator + 3).split(" ", 3);
            if (source[0].equals("cgroup") && source.length == 3) {
                for (String option : source[2].split(",", -1)) hierarchies.putIfAbsent(option, mount);
            } else if (source[0].equals("cgroup2") && unified.isEmpty()) {
                unified.add(mount);
                unified.add(mount.resolve(own(proc)).normalize());
            }
        }
        return new CgroupMounts(
                Map.copyOf(hierarchies), unified.stream().distinct().toList());
    }

    private static String own(Path proc) throws IOException {
        return Files.readAllLines(proc.resolve("self/cgroup")).stream()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring("0::/".length()))
                .findFirst()
                .orElse("");
    }
}

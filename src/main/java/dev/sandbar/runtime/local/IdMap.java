package dev.sandbar.runtime.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The user or group ids that exist in this process's user namespace: all of them on a host, few in some containers. */
record IdMap(List<Extent> extents) {

    record Extent(long start, long count) {
        boolean holds(long from, long size) {
            return start <= from && from + size <= start + count;
        }
    }

    IdMap {
        extents = List.copyOf(extents);
    }

    /** @param name {@code uid_map} or {@code gid_map} */
    static IdMap read(Path proc, String name) throws IOException {
        try (Stream<String> lines = Files.lines(proc.resolve("self").resolve(name))) {
            return new IdMap(lines.map(line -> line.strip().split("\\s+", -1))
                    .map(fields -> new Extent(Long.parseLong(fields[0]), Long.parseLong(fields[2])))
                    .toList());
        }
    }

    boolean holds(long from, long size) {
        return extents.stream().anyMatch(extent -> extent.holds(from, size));
    }

    /** The longest run of ids from the given one on that is in all of the maps. */
    static Extent common(long from, IdMap... maps) {
        Extent best = new Extent(from, 0);
        for (Extent one : maps[0].extents) {
            long start = Math.max(from, one.start());
            long most = one.start() + one.count() - start;
            long count = most <= 0
                    ? 0
                    : Arrays.stream(maps).mapToLong(map -> map.run(start)).min().orElse(0);
            if (count > best.count()) best = new Extent(start, count);
        }
        return best;
    }

    private long run(long start) {
        return extents.stream()
                .filter(extent -> extent.holds(start, 1))
                .mapToLong(extent -> extent.start() + extent.count() - start)
                .findFirst()
                .orElse(0);
    }
}

package dev.sandbar.runtime.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What {@code /etc/subuid} or {@code /etc/subgid} gives away. */
record SubordinateIds(List<Entry> entries) {

    record Entry(String owner, long start, long count) {
        boolean overlaps(long from, long size) {
            return start < from + size && from < start + count;
        }
    }

    SubordinateIds {
        entries = List.copyOf(entries);
    }

    /** Reads a file; one that is missing or unreadable gives nothing away, malformed lines neither. */
    static SubordinateIds read(Path file) {
        try {
            return new SubordinateIds(Files.readAllLines(file).stream()
                    .flatMap(line -> parse(line).stream())
                    .toList());
        } catch (IOException missing) {
            return new SubordinateIds(List.of());
        }
    }

    /** The largest range of a user, who may be named by name or by number. */
    Optional<Entry> of(String name, long uid) {
        return entries.stream()
                .filter(entry -> entry.owner().equals(name) || entry.owner().equals(Long.toString(uid)))
                .reduce((one, other) -> one.count() >= other.count() ? one : other);
    }

    boolean overlaps(long from, long size) {
        return entries.stream().anyMatch(entry -> entry.overlaps(from, size));
    }

    private static Optional<Entry> parse(String line) {
        String[] fields = line.strip().split(":", -1);
        if (fields.length != 3 || fields[0].isEmpty() || fields[0].startsWith("#")) return Optional.empty();
        try {
            Entry entry = new Entry(fields[0], Long.parseLong(fields[1]), Long.parseLong(fields[2]));
            return entry.start() > 0 && entry.count() > 0 ? Optional.of(entry) : Optional.empty();
        } catch (NumberFormatException malformed) {
            return Optional.empty();
        }
    }
}

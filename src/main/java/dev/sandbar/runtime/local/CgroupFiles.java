package dev.sandbar.runtime.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The control files of a cgroup. */
final class CgroupFiles {

    private CgroupFiles() {}

    static void write(Path group, String file, Object value) throws IOException {
        Files.writeString(group.resolve(file), value.toString());
    }

    /** A file that holds one number. */
    static long number(Path group, String file) throws IOException {
        return number(Files.readString(group.resolve(file)));
    }

    /** The value of one key in a file of many. */
    static long number(Path group, String file, String key) throws IOException {
        for (String line : Files.readAllLines(group.resolve(file))) {
            if (line.startsWith(key + " ")) return number(line.substring(key.length()));
        }
        throw new IOException(group.resolve(file) + " has no " + key);
    }

    /** Like a number, but 0 where this kernel doesn't count that. */
    static long count(Path group, String file, String key) throws IOException {
        if (!has(group, file) && Files.isDirectory(group)) return 0;
        boolean counted = Files.readAllLines(group.resolve(file)).stream().anyMatch(line -> line.startsWith(key + " "));
        return counted ? number(group, file, key) : 0;
    }

    private static long number(String text) throws IOException {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException strange) {
            throw new IOException("not a number: " + text, strange);
        }
    }

    static boolean has(Path group, String file) {
        return Files.exists(group.resolve(file));
    }

    /** Empty for a group that is gone. */
    static List<Long> processes(Path group) throws IOException {
        try {
            return Files.readAllLines(group.resolve("cgroup.procs")).stream()
                    .filter(line -> !line.isBlank())
                    .map(Long::valueOf)
                    .filter(pid -> pid > 1)
                    .toList();
        } catch (NoSuchFileException gone) {
            return List.of();
        } catch (IOException error) {
            if (Files.exists(group)) throw error; // reading a group that is being removed fails with ENODEV
            return List.of();
        }
    }

    static Set<String> children(Path parent) throws IOException {
        Set<String> names = new HashSet<>();
        if (!Files.isDirectory(parent)) return names;
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(parent, Files::isDirectory)) {
            groups.forEach(group -> names.add(group.getFileName().toString()));
        }
        return names;
    }

    /** Removes a group that holds neither processes nor groups; leaves any other. */
    static boolean removeIfEmpty(Path group) {
        try {
            return Files.deleteIfExists(group);
        } catch (IOException inUse) {
            return false;
        }
    }

    /** SIGKILL, also to processes that are not this one's children. */
    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
}

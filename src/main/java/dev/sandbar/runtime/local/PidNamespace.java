package dev.sandbar.runtime.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The processes that this one sees. A container that is started again has another such view of the same machine, and of what
 * ran in the one before nothing lives.
 */
final class PidNamespace {

    /** Where the start time stands behind the name in {@code stat}. */
    private static final int START_TIME = 19;

    private PidNamespace() {}

    /** Differs between any two of one machine since its start: the kernel may give an inode again, but not at that time. */
    static String name(Path proc) throws IOException {
        String inode =
                Files.readSymbolicLink(proc.resolve("self/ns/pid")).toString().replaceAll("\\D", "");
        return inode + "." + start(proc.resolve("1/stat"));
    }

    private static String start(Path stat) {
        try {
            String line = Files.readString(stat);
            return line.substring(line.lastIndexOf(')') + 2).split(" ", -1)[START_TIME];
        } catch (IOException hidden) {
            return "0";
        }
    }
}

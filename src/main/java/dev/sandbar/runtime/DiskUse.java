package dev.sandbar.runtime;

import java.util.Map;

/**
 * How full the file system is on which all sandboxes' files lie, and who uses it.
 *
 * @param freeBytes that sandboxes may still take
 * @param totalBytes that they may have in all
 * @param freeInodes the same of files, whatever their size
 * @param totalInodes 0 where the file system has no limit of them
 * @param sandboxes what those use that use most, by their ids; files that were removed and are still open included
 */
public record DiskUse(
        long freeBytes, long totalBytes, long freeInodes, long totalInodes, Map<String, Share> sandboxes) {

    public DiskUse {
        sandboxes = Map.copyOf(sandboxes);
    }

    /** What one sandbox has of it; at least, where there was no time to count all. */
    public record Share(long bytes, long inodes) {

        public Share plus(Share other) {
            return new Share(bytes + other.bytes, inodes + other.inodes);
        }
    }
}

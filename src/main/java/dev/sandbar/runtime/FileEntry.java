package dev.sandbar.runtime;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing in a sandbox's file system, as the agent saw it.
 *
 * @param path absolute, under the path that was asked for
 * @param type of the thing itself: a link is a {@link Type#LINK}
 * @param targetType of what a link points to, null when it is no link or points nowhere
 * @param mode permission bits, of the target for a link
 * @param size in bytes
 * @param target where a link points to, resolved, null when it is no link
 * @param attributes its {@code user.e2b.*} attributes, without that prefix
 */
public record FileEntry(
        String path,
        Type type,
        @Nullable Type targetType,
        int mode,
        FileOwner owner,
        long size,
        Instant modified,
        @Nullable String target,
        Map<String, String> attributes) {

    public FileEntry {
        attributes = Map.copyOf(attributes);
    }

    /** Last part of the path. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Kinds of things. */
    public enum Type {
        FILE,
        DIRECTORY,
        LINK,
        OTHER
    }
}

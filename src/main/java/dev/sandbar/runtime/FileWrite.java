package dev.sandbar.runtime;

import java.util.Map;

/**
 * A file to write.
 *
 * @param mode permission bits where the file is new; an existing one keeps its own
 * @param attributes become the file's {@code user.e2b.*} attributes, all others of these go; without the prefix
 */
public record FileWrite(String path, FileOwner owner, int mode, Map<String, String> attributes) {

    public FileWrite {
        attributes = Map.copyOf(attributes);
    }
}

package dev.sandbar.store;

import java.util.Map;

/**
 * What a commit did.
 *
 * @param version that all documents have which it wrote; greater than that of any earlier commit
 * @param last sequence number of the newest entry of each log that it appended to
 */
public record Commit(long version, Map<String, Long> last) {
    public Commit {
        last = Map.copyOf(last);
    }
}

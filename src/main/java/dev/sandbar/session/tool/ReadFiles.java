package dev.sandbar.session.tool;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which files a session has read or written, and what they held then: canonical path to content hash.
 *
 * <p>Thread-safe. Keeps the 1,000 files that were used last; one that is forgotten has to be read again before it can be
 * changed.
 */
public final class ReadFiles {

    static final int MOST = 1000;

    private final Map<String, String> hashes = new Newest();

    synchronized void put(String canonicalPath, String hash) {
        hashes.put(canonicalPath, hash);
    }

    synchronized @Nullable String get(String canonicalPath) {
        return hashes.get(canonicalPath);
    }

    /** Forgets the one that was not used for the longest time. */
    private static final class Newest extends LinkedHashMap<String, String> {
        private static final long serialVersionUID = 1L;

        Newest() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST;
        }
    }
}

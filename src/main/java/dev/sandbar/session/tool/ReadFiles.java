package dev.sandbar.session.tool;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which files a session has read or written, and what they held then: canonical path to content hash.
 *
 * <p>Thread-safe. Keeps the 1,000 files that were used last, and fewer where their names are long; one that is forgotten has
 * to be read again before it can be changed.
 */
public final class ReadFiles {

    static final int MOST = 1000;

    /** Characters of paths and hashes together. */
    static final int MOST_CHARACTERS = 128 * 1024;

    private final Map<String, String> hashes = new LinkedHashMap<>(16, 0.75f, true);
    private int characters;
    private long changes;

    /** Those of an earlier run, the longest unused first. */
    public static ReadFiles of(Map<String, String> hashes) {
        ReadFiles files = new ReadFiles();
        hashes.forEach(files::put);
        files.changes = 0;
        return files;
    }

    /** It holds this now. */
    public synchronized void put(String canonicalPath, String hash) {
        String before = hashes.put(canonicalPath, hash);
        if (hash.equals(before)) return;
        changes++;
        if (before != null) characters -= canonicalPath.length() + before.length();
        characters += canonicalPath.length() + hash.length();
        while (hashes.size() > MOST || characters > MOST_CHARACTERS) forgetOldest();
    }

    private void forgetOldest() {
        Map.Entry<String, String> oldest = hashes.entrySet().iterator().next();
        characters -= oldest.getKey().length() + oldest.getValue().length();
        hashes.remove(oldest.getKey());
    }

    /** All of them, the longest unused first. */
    public synchronized Map<String, String> all() {
        return new LinkedHashMap<>(hashes);
    }

    /** Counts what has changed. */
    public synchronized long changes() {
        return changes;
    }

    /** What it held; null where that is not known. */
    public synchronized @Nullable String get(String canonicalPath) {
        return hashes.get(canonicalPath);
    }
}

package dev.sandbar.sandbox;

import dev.sandbar.async.Texts;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** How much an owner may say about a sandbox or a session: each word is recorded with every change, and told in an event as a whole. */
public final class MetadataRules {

    private static final int MOST = 128;
    private static final int LONGEST_KEY = 256;

    /** Six times as much, which the longest escapes of JSON take, still fit into one event. */
    private static final int BYTES = 10 * 1024;

    private MetadataRules() {}

    /** Throws {@link SandboxException.Invalid} for too much. */
    public static void check(Map<String, String> metadata) {
        if (metadata.size() > MOST) {
            throw new SandboxException.Invalid(
                    "Metadata can't have more than " + MOST + " keys, not " + metadata.size());
        }
        int bytes = 0;
        for (Map.Entry<String, String> word : metadata.entrySet()) {
            int key = bytes(word.getKey());
            if (key > LONGEST_KEY) {
                throw new SandboxException.Invalid("A key of metadata can't have more than " + LONGEST_KEY
                        + " bytes, as the one that begins with \""
                        + Texts.begin(word.getKey(), 40) + "\" has");
            }
            bytes += key + bytes(word.getValue());
        }
        if (bytes > BYTES) {
            throw new SandboxException.Invalid(
                    "Metadata can't have more than " + BYTES + " bytes in all its keys and values, not " + bytes);
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}

package dev.sandbar.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** API keys and whom they belong to. Holds only their hashes; immutable. */
public final class ApiKeys {

    @SuppressWarnings("ArrayRecordComponent") // compared by MessageDigest.isEqual only
    private record Key(byte[] hash, String owner) {}

    private final List<Key> keys;

    /**
     * @param owners owner by key
     */
    public ApiKeys(Map<String, String> owners) {
        this.keys = owners.entrySet().stream()
                .map(entry -> new Key(sha256(entry.getKey()), entry.getValue()))
                .toList();
    }

    /** Whose key this is, or null. Takes the same time for every key. */
    public @Nullable String ownerOf(String presented) {
        byte[] hash = sha256(presented);
        String owner = null;
        for (Key key : keys) {
            if (MessageDigest.isEqual(hash, key.hash())) {
                owner = key.owner();
            }
        }
        return owner;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}

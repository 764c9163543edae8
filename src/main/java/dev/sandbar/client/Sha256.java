package dev.sandbar.client;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The digest of bytes as they come by, in the form of RFC 9530. For one thread at a time. */
final class Sha256 {

    static final String CONTENT_DIGEST = "Content-Digest";
    static final String WANT_CONTENT_DIGEST = "Want-Content-Digest";
    static final String WANT_REPR_DIGEST = "Want-Repr-Digest";
    static final String WISH = "sha-256=10";

    private static final String NAME = "sha-256=:";

    private final MessageDigest digest;

    Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    static String of(byte[] bytes) {
        Sha256 all = new Sha256();
        all.add(bytes);
        return all.value();
    }

    void add(byte[] bytes) {
        digest.update(bytes);
    }

    /** Begins anew. */
    void reset() {
        digest.reset();
    }

    /** Of all that was added, as a field's value. Begins anew behind it. */
    String value() {
        return NAME + Base64.getEncoder().encodeToString(digest.digest()) + ":";
    }

    /** The member of a field that can be compared with {@link #value}; null where it has none. */
    static @Nullable String in(@Nullable String field) {
        if (field == null) return null;
        return Arrays.stream(field.split(",", -1))
                .map(String::strip)
                .filter(member -> member.startsWith(NAME))
                .findFirst()
                .orElse(null);
    }
}

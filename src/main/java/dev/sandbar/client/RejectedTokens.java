package dev.sandbar.client;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HexFormat;

/**
 * The few tokens of a sandbox that its server refused lately, as digests: it may hand one out again. Not thread-safe.
 */
final class RejectedTokens {

    /** After which the server may have come to its senses: clocks are set, keys are restored. */
    static final Duration REMEMBERED = Duration.ofMinutes(1);

    private static final int MOST = 8;

    private record Rejected(String digest, long until) {}

    private final ArrayDeque<Rejected> rejected = new ArrayDeque<>();

    void add(String token, long now) {
        if (contains(token, now)) return;
        if (rejected.size() == MOST) rejected.removeFirst();
        rejected.addLast(new Rejected(digest(token), now + REMEMBERED.toNanos()));
    }

    boolean contains(String token, long now) {
        rejected.removeIf(each -> now - each.until >= 0);
        if (rejected.isEmpty()) return false;
        byte[] digest = bytes(digest(token));
        return rejected.stream().anyMatch(each -> MessageDigest.isEqual(bytes(each.digest), digest));
    }

    int size() {
        return rejected.size();
    }

    private static String digest(String token) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(token)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

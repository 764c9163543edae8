package dev.sandbar.session.tool;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of bytes that come one piece after the other. */
final class ContentHash {

    private final MessageDigest digest;

    ContentHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    static String of(byte[] bytes) {
        return new ContentHash().add(bytes).end();
    }

    ContentHash add(byte[] bytes) {
        digest.update(bytes);
        return this;
    }

    /** The hash of all of them; to be asked for once. */
    String end() {
        return HexFormat.of().formatHex(digest.digest());
    }
}

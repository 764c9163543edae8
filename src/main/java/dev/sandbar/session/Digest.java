package dev.sandbar.session;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of bytes that come one after the other; of one stream, which is no thread's own. */
final class Digest {

    private final MessageDigest digest;
    private long bytes;

    Digest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    synchronized void add(byte[] more) {
        digest.update(more);
        bytes += more.length;
    }

    synchronized long bytes() {
        return bytes;
    }

    /** Of all of them; may be asked once. */
    synchronized String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}

package dev.sandbar.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a token says.
 *
 * @param owner a digest of the owner's name
 * @param audience the service that it is for
 * @param expiresAt in whole milliseconds
 * @param generation how often the sandbox's tokens had been revoked
 */
record Claims(String sandboxId, String owner, String audience, Instant expiresAt, long generation) {

    private static final int OWNER_BYTES = 16;

    /** How tokens name an owner: always of the same length, and telling nobody who it is. */
    static String ownerOf(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(hash, OWNER_BYTES));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}

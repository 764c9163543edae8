package dev.sandbar.token;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that signs tokens, or did so.
 *
 * @param id names it in the tokens: 8 hexadecimal digits
 * @param since when it began to sign
 */
record TokenKey(String id, Instant since, SecretKeySpec secret) {

    static final String ALGORITHM = "HmacSHA256";

    private static final int ID_BYTES = 4;
    private static final int SECRET_BYTES = 32;
    private static final String ID = "[0-9a-f]{8}";
    private static final String SECRET = "[0-9a-f]{64}";

    static TokenKey random(SecureRandom random, Instant since) {
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        return new TokenKey(
                HexFormat.of().formatHex(id),
                since.truncatedTo(ChronoUnit.MILLIS),
                new SecretKeySpec(secret, ALGORITHM));
    }

    /** Reads a {@link #line}; {@link IllegalArgumentException} for anything else, which it doesn't repeat. */
    static TokenKey parse(String line) {
        String[] parts = line.strip().split(" ", -1);
        if (parts.length != 3 || !parts[0].matches(ID) || !parts[1].matches("\\d{1,15}") || !parts[2].matches(SECRET)) {
            throw new IllegalArgumentException("not a key");
        }
        byte[] secret = HexFormat.of().parseHex(parts[2]);
        return new TokenKey(
                parts[0], Instant.ofEpochMilli(Long.parseLong(parts[1])), new SecretKeySpec(secret, ALGORITHM));
    }

    String line() {
        return id + " " + since.toEpochMilli() + " " + HexFormat.of().formatHex(secret.getEncoded());
    }

    @Override
    public String toString() {
        return "key " + id;
    }
}

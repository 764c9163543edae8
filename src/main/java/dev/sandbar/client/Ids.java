package dev.sandbar.client;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids that nobody else makes. */
final class Ids {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 16;

    private Ids() {}

    /** 32 of 0-9 and a-f. */
    static String fresh() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}

package dev.sandbar.session;

import java.security.SecureRandom;

/** Makes ids: a letter that says of what, and 20 of {@code [a-z0-9]}. */
final class Ids {

    static final char SESSION = 's';
    static final char APPROVAL = 'a';
    static final char TOOL_CALL = 't';
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 20;

    private final SecureRandom random = new SecureRandom();

    String next(char kind) {
        StringBuilder id = new StringBuilder(LENGTH + 1).append(kind);
        random.ints(LENGTH, 0, ALPHABET.length()).forEach(at -> id.append(ALPHABET.charAt(at)));
        return id.toString();
    }
}

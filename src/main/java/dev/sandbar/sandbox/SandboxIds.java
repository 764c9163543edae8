package dev.sandbar.sandbox;

import java.security.SecureRandom;

/** Makes sandbox ids: {@code i} and 20 of {@code [a-z0-9]}, as E2B's, so that they may stand in host names. */
final class SandboxIds {

    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 20;

    private final SecureRandom random;

    SandboxIds(SecureRandom random) {
        this.random = random;
    }

    String next() {
        StringBuilder id = new StringBuilder(LENGTH + 1).append('i');
        random.ints(LENGTH, 0, ALPHABET.length()).forEach(at -> id.append(ALPHABET.charAt(at)));
        return id.toString();
    }
}

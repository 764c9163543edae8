package dev.sandbar.token;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keys, the newest first: that one signs, all of them verify.
 *
 * @param keys at least one
 */
record KeyRing(List<TokenKey> keys) {

    /** Most keys at once, so that rotations without end don't fill the file. */
    static final int MOST = 100;

    /** How long a key verifies that doesn't sign any more: longer than any token lives. */
    static final Duration KEEP = TokenSettings.LONGEST_LIFE.plusHours(1);

    KeyRing {
        keys = List.copyOf(keys);
        if (keys.isEmpty()) throw new IllegalArgumentException("no key");
    }

    static KeyRing of(TokenKey key) {
        return new KeyRing(List.of(key));
    }

    /** Reads {@link #text}; {@link IllegalArgumentException} for anything else. */
    static KeyRing parse(String text) {
        return new KeyRing(text.strip().lines().map(TokenKey::parse).toList());
    }

    String text() {
        return keys.stream().map(TokenKey::line).collect(Collectors.joining("\n"));
    }

    TokenKey newest() {
        return keys.get(0);
    }

    @Nullable TokenKey find(String id) {
        for (TokenKey key : keys) {
            if (key.id().equals(id)) return key;
        }
        return null;
    }

    boolean isFull() {
        return keys.size() >= MOST;
    }

    KeyRing with(TokenKey fresh) {
        List<TokenKey> all = new ArrayList<>(keys);
        all.add(0, fresh);
        return new KeyRing(all);
    }

    /** Without the keys of which no token can be alive any more. */
    KeyRing at(Instant now) {
        List<TokenKey> needed = new ArrayList<>(List.of(newest()));
        for (int i = 1; i < keys.size(); i++) {
            Instant replaced = keys.get(i - 1).since();
            if (replaced.plus(KEEP).isAfter(now)) needed.add(keys.get(i));
        }
        return needed.size() == keys.size() ? this : new KeyRing(needed);
    }
}

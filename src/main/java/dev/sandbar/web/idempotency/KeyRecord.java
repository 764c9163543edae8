package dev.sandbar.web.idempotency;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of a key.
 *
 * @param reference what was about to be made
 * @param answered whether somebody was told that it was made, or has run
 * @param answer what was answered, null where the reference says it, or where it was too long
 * @param at when it was answered, before that when the work was begun
 */
record KeyRecord(
        String owner,
        String fingerprint,
        String reference,
        boolean answered,
        @Nullable Answer answer,
        Instant at) {

    static KeyRecord begun(KeyUse use, String reference, Instant at) {
        return new KeyRecord(use.owner(), use.fingerprint(), reference, false, null, at);
    }

    KeyRecord answered(@Nullable Answer given, Instant now) {
        return new KeyRecord(owner, fingerprint, reference, true, given, now);
    }
}

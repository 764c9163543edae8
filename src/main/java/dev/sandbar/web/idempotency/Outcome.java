package dev.sandbar.web.idempotency;

import org.jspecify.annotations.Nullable;

/**
 * What became of a request with a key.
 *
 * @param reference what was made
 * @param answer what is to be answered; null where that is to be made from the reference
 * @param replayed whether another request has done it
 */
public record Outcome(String reference, @Nullable Answer answer, boolean replayed) {}

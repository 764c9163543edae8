/**
 * Requests that are sent twice: what has an {@code Idempotency-Key} is done once, and answered again.
 *
 * <p>Knows {@code store}, {@code async} and {@code web.http}, no feature and no route. A key is recorded together with the
 * name of what it is about to make, before that is made; so whoever comes after a crash can find out what became of it.
 */
@NullMarked
package dev.sandbar.web.idempotency;

import org.jspecify.annotations.NullMarked;

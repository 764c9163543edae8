/** Tests of keys over a store in memory. */
@NullMarked
package dev.sandbar.web.idempotency;

import org.jspecify.annotations.NullMarked;

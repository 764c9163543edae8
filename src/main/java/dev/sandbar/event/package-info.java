/**
 * Events of sandboxes and of whatever else has a history: appended in the commit that changes their subject, followed by
 * any number of readers.
 *
 * <p>A stream of events is a log in the store plus a wake-up that carries no data. Knows {@code store} and {@code async}
 * and no feature. Invariants: an event is seen when it is durable, never before; every reader sees each event once and in
 * order, or is told what it missed; a frame is encoded once for all readers of a recent event; a reader holds no more than
 * one page; a stream without readers holds nothing.
 */
@NullMarked
package dev.sandbar.event;

import org.jspecify.annotations.NullMarked;

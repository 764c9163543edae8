/**
 * The only package that owns subscriptions: work that outlives its request, periodic passes, undo stacks, turns by key.
 *
 * <p>Knows Reactor and the logging facade, and nothing of ours. Invariants: nothing here blocks; no lock is held while
 * anybody else's code runs; each operation has one point at which it is decided who wins (complete or close, push or
 * run), and the losers are told; after the end nothing is held.
 */
@NullMarked
package dev.sandbar.async;

import org.jspecify.annotations.NullMarked;

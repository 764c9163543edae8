/**
 * Sandboxes: identity, states, deadlines, and who owns what.
 *
 * <p>Knows {@code runtime}, {@code store}, {@code event} and {@code async}. The record is the truth: it exists before the
 * sandbox's first process, memory follows it when the store has answered, and it says GONE only after the end was verified.
 * Each change of a sandbox is one step in its turn, written with compare-and-set together with the event that tells of it;
 * whoever loses a race is told so. Runtimes are never waited for in a turn. There is a class for each verb: {@code Creation},
 * {@code Renewal}, {@code Rewording}, {@code Ending}, {@code Recovering}, {@code Forgetting}; all change through {@code Changes}.
 */
@NullMarked
package dev.sandbar.sandbox;

import org.jspecify.annotations.NullMarked;

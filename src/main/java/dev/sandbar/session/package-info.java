/**
 * Sessions: an AI client's place to work, with a sandbox that is already there, approvals, a budget, and a life that can be
 * followed.
 *
 * <p>Knows {@code sandbox}, {@code command}, {@code event}, {@code store}, {@code runtime} and {@code async}. The record is
 * the truth: each change of a session is one step in its turn ({@code Changes}), written with compare-and-set together with
 * the events that tell of it, which {@code Story} finds by comparing what was with what is. Nothing waits for a runtime in a
 * turn. The id of a sandbox is recorded before anything of it is made, and leaves the record only into the list of those
 * that are owed, until their end was verified. There is a class for each verb, as in {@code sandbox}.
 */
@NullMarked
package dev.sandbar.session;

import org.jspecify.annotations.NullMarked;

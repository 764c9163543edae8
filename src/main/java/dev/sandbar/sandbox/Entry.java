package dev.sandbar.sandbox;

import dev.sandbar.runtime.Agent;
import dev.sandbar.sandbox.Records.Kept;
import dev.sandbar.store.Change;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One sandbox in memory: what its record says, and what only this run of the service knows. Every step is atomic, none
 * waits. What the record says is changed by {@link Changes} only.
 */
final class Entry {

    private final Sinks.Empty<Void> created = Sinks.empty();
    private final Places.Place place;
    private final Due due = new Due();
    private final Joined attempt = new Joined();
    private Sandbox now;
    private long version;
    private boolean doubtful;
    private boolean left;
    private @Nullable Agent agent;
    private @Nullable EndCause wanted;

    /** A sandbox that isn't recorded yet. */
    Entry(Sandbox first, Places.Place place) {
        this(new Kept(first, Change.NEW), place);
    }

    Entry(Kept kept, Places.Place place) {
        this.now = kept.sandbox();
        this.version = kept.version();
        this.place = place;
    }

    synchronized String id() {
        return now.id();
    }

    synchronized Sandbox now() {
        return now;
    }

    synchronized long version() {
        return version;
    }

    /** What is recorded now is known. */
    synchronized void take(Kept kept) {
        now = kept.sandbox();
        version = kept.version();
        doubtful = false;
    }

    /** There is no record of it. */
    synchronized void takeNothing() {
        version = Change.NEW;
        doubtful = false;
    }

    /** What is recorded now isn't known until it is read again. */
    synchronized void doubt() {
        doubtful = true;
    }

    synchronized boolean doubtful() {
        return doubtful;
    }

    /** Whether it is certain that nothing is recorded of it. */
    synchronized boolean unrecorded() {
        return version == Change.NEW && !doubtful;
    }

    /** Frees its place; may be called again. */
    void leave() {
        synchronized (this) {
            left = true;
        }
        place.close();
        creationOver();
    }

    /** Whether it is in the table no more: nothing is to be done for it. */
    synchronized boolean left() {
        return left;
    }

    synchronized void hold(Agent answered) {
        agent = answered;
    }

    synchronized @Nullable Agent agent() {
        return usable() ? agent : null;
    }

    /** Whether it runs and nobody wants its end. */
    synchronized boolean usable() {
        return now.running() && wanted == null;
    }

    /** Somebody wants its end, and can't be refused. The first cause stands. */
    synchronized void want(EndCause cause) {
        if (wanted == null) wanted = cause;
    }

    synchronized @Nullable EndCause wanted() {
        return wanted;
    }

    /** Completes when the creation is over, well or not. */
    Mono<Void> created() {
        return created.asMono();
    }

    void creationOver() {
        created.tryEmitEmpty();
    }

    /** When its end is tried again. */
    Due due() {
        return due;
    }

    /** The attempt at its end that runs, for all who wait for it. */
    Joined attempt() {
        return attempt;
    }
}

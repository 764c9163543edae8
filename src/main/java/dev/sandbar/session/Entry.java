package dev.sandbar.session;

import dev.sandbar.session.Records.Kept;
import dev.sandbar.session.tool.ReadFiles;
import dev.sandbar.store.Change;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One session in memory: what its record says, and what only this run of the service knows. Every step is atomic, none
 * waits. What the record says is changed by {@link Changes} only.
 */
final class Entry {

    private final Sinks.Empty<Void> recorded = Sinks.empty();
    private final Attempts attempts = new Attempts();
    private final Runs calls = new Runs();
    private final Runs works = new Runs();
    private final Due due = new Due();
    private final Due chores = new Due();
    private final Places places;
    private Session now;
    private long version;
    private boolean placed;
    private boolean doubtful;
    private boolean left;
    private int present;
    private Instant usedAt;
    private ReadFiles seen = new ReadFiles();
    private @Nullable String seenIn;
    private long seenWritten;
    private Instant takenUpAt = Instant.MIN;
    private @Nullable String notedIn;

    /** A session that isn't recorded yet; it has to {@link #enter} first. */
    Entry(Session first, Places places) {
        this(new Kept(first, Change.NEW), places);
    }

    Entry(Kept kept, Places places) {
        this.now = kept.session();
        this.version = kept.version();
        this.places = places;
        this.usedAt = now.lastActiveAt();
        if (version != Change.NEW) recorded.tryEmitEmpty();
    }

    synchronized String id() {
        return now.id();
    }

    synchronized Session now() {
        return now;
    }

    synchronized long version() {
        return version;
    }

    /** What is recorded now is known. */
    synchronized void take(Kept kept) {
        now = kept.session();
        version = kept.version();
        doubtful = false;
        recorded.tryEmitEmpty();
    }

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

    synchronized boolean unrecorded() {
        return version == Change.NEW;
    }

    /** Completes when there is a record, or there will be none. */
    Mono<Void> recorded() {
        return recorded.asMono();
    }

    /** Takes the place of an active session, once; {@link SessionException.LimitReached} where there is none. */
    synchronized void enter() {
        if (placed) return;
        places.take(now.owner());
        placed = true;
    }

    /** As {@link #enter}, for one that was active before. */
    synchronized void force() {
        if (placed) return;
        places.force(now.owner());
        placed = true;
    }

    /** Frees its place unless its record says that it is active. */
    synchronized void settlePlace() {
        boolean active = !left && !now.idle() && now.endedAt() == null;
        if (!placed || active) return;
        placed = false;
        places.free(now.owner());
    }

    /** It is in the table no more. */
    synchronized void leave() {
        left = true;
        settlePlace();
        recorded.tryEmitEmpty();
    }

    synchronized boolean left() {
        return left;
    }

    /** It was used; what is recorded of that may be older. */
    synchronized void used(Instant at) {
        if (at.isAfter(usedAt)) usedAt = at;
    }

    synchronized Instant usedAt() {
        return usedAt;
    }

    /** Somebody watches it from now on, or no more. */
    synchronized void present(int change) {
        present += change;
    }

    synchronized boolean present() {
        return present > 0;
    }

    /** What was read in this sandbox; that of another one is forgotten. */
    synchronized ReadFiles seen(String sandboxId) {
        if (!sandboxId.equals(seenIn)) {
            seen = new ReadFiles();
            seenIn = sandboxId;
            seenWritten = 0;
        }
        return seen;
    }

    /** What an earlier run has read. */
    synchronized void remember(SeenRecord record) {
        seen = ReadFiles.of(record.known());
        seenIn = record.sandbox();
    }

    /** Hands over what was read since it was last recorded, and takes it for recorded; null for nothing. */
    synchronized @Nullable Change takeUnrecorded() {
        long changes = seen.changes();
        if (seenIn == null || changes == seenWritten) return null;
        seenWritten = changes;
        return SeenRecord.put(now.id(), seenIn, seen.all());
    }

    /** What was taken for recorded isn't. */
    synchronized void unrecordedAgain() {
        seenWritten = -1;
    }

    /** It is one of an earlier run: who is there has to come again before it counts that nobody is. */
    synchronized void takenUp(Instant at) {
        takenUpAt = at;
        if (!now.idle()) used(at);
    }

    synchronized Instant takenUpAt() {
        return takenUpAt;
    }

    /**
     * What the first result out of this sandbox has to say; null for nothing, and for all later ones.
     *
     * @param sandboxId where the result comes from; null where it comes from none
     */
    synchronized @Nullable String takeNote(@Nullable String sandboxId) {
        if (sandboxId == null || sandboxId.equals(notedIn)) return null;
        if (now.note() == null || !sandboxId.equals(now.slot().sandboxId())) return null;
        notedIn = sandboxId;
        return now.note();
    }

    /** Sandboxes that are being made for it. */
    Attempts attempts() {
        return attempts;
    }

    /** Tool calls that go on, also those that wait for a sandbox. */
    Runs calls() {
        return calls;
    }

    /** Tool calls that work in the sandbox. */
    Runs works() {
        return works;
    }

    /** When what is owed is tried again. */
    Due due() {
        return due;
    }

    /** When what time has made due is tried again. */
    Due chores() {
        return chores;
    }
}

package dev.sandbar.session;

import dev.sandbar.async.KeyedMutex;
import dev.sandbar.store.Change;
import dev.sandbar.store.StoreException;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The one way to change a session: one change at a time, written with compare-and-set; what is in memory follows when the
 * store has answered. Where it isn't known whether a write was made, the record is read before anything else is done.
 *
 * <p>A change has to be owned by a task: a cancel only stops watching the store.
 */
final class Changes {

    private static final int ATTEMPTS = 3;

    private final KeyedMutex<String> turns;
    private final Records records;
    private final Entries entries;
    private final Consumer<Entry> changed;

    /** Takes who is told, in its turn, of each session whose record has changed. */
    Changes(KeyedMutex<String> turns, Records records, Entries entries, Consumer<Entry> changed) {
        this.turns = turns;
        this.records = records;
        this.entries = entries;
        this.changed = changed;
    }

    /**
     * What is to become of a session; null for no change. Throws what refuses it. May be asked again when the record turns
     * out to be another.
     */
    @FunctionalInterface
    interface Step extends Function<Session, @Nullable Session> {}

    /** Emits what the session is afterwards, changed or not. Lazy. */
    Mono<Session> make(Entry entry, Step step) {
        Mono<Session> change = Mono.defer(() -> settled(entry).then(attempt(entry, step, ATTEMPTS)));
        return turns.inTurn(entry.id(), change.doOnError(error -> entry.settlePlace()));
    }

    /** Writes the first record. */
    Mono<Session> create(Entry entry) {
        Mono<Session> first = Mono.defer(() -> write(entry, session -> null, entry.now(), 0));
        return turns.inTurn(entry.id(), first.doOnError(error -> discard(entry)));
    }

    /**
     * Appends an event, with whatever else it makes true; nothing is told of a session that is over. Emits the version,
     * where it was told.
     */
    Mono<Long> tell(Entry entry, String type, Map<String, ?> data, Change... more) {
        Mono<Long> telling =
                Mono.defer(() -> isOver(entry) ? Mono.empty() : records.tell(entry.id(), type, data, more));
        return turns.inTurn(entry.id(), telling);
    }

    /**
     * Appends an event with a removal, which is made also of a session that is over, and with what was read in its sandbox
     * until now.
     */
    Mono<Void> tellLast(Entry entry, String type, Map<String, ?> data, Change.Delete removal) {
        Mono<Void> telling =
                Mono.defer(() -> isOver(entry) ? records.write(removal) : last(entry, type, data, removal));
        return turns.inTurn(entry.id(), telling);
    }

    private Mono<Void> last(Entry entry, String type, Map<String, ?> data, Change.Delete removal) {
        Change seen = entry.takeUnrecorded();
        Mono<Long> told = seen == null
                ? records.tell(entry.id(), type, data, removal)
                : records.tell(entry.id(), type, data, removal, seen);
        return told.doOnError(error -> entry.unrecordedAgain())
                .doOnCancel(entry::unrecordedAgain)
                .then();
    }

    private static boolean isOver(Entry entry) {
        return entry.left() || entry.now().endedAt() != null;
    }

    /** Removes a session that is over, with its history. */
    Mono<Void> forget(Entry entry) {
        Mono<Void> removal = Mono.defer(() -> settled(entry)
                .then(Mono.defer(() -> records.remove(entry.id(), entry.version())))
                .doOnSuccess(gone -> entries.remove(entry)));
        return turns.inTurn(entry.id(), removal.doOnError(error -> entry.doubt()));
    }

    /** Where it can't be told whether it was recorded, that is looked up later. */
    private void discard(Entry entry) {
        if (entry.unrecorded() && !entry.doubtful()) entries.remove(entry);
    }

    private Mono<Void> settled(Entry entry) {
        return entry.doubtful() && !entry.left() ? reload(entry) : Mono.empty();
    }

    private Mono<Void> reload(Entry entry) {
        return records.read(entry.id())
                .doOnNext(kept -> take(entry, kept))
                .switchIfEmpty(Mono.fromRunnable(entry::takeNothing))
                .then();
    }

    private Session take(Entry entry, Records.Kept kept) {
        entry.take(kept);
        entries.took(entry);
        changed.accept(entry);
        return kept.session();
    }

    private Mono<Session> attempt(Entry entry, Step step, int more) {
        return Mono.defer(() -> {
            discard(entry);
            if (entry.left()) return Mono.error(SessionException.NotFound.session(entry.id()));
            Session now = entry.now();
            Session next = step.apply(now);
            return next == null || next.equals(now) ? Mono.just(now) : write(entry, step, next, more);
        });
    }

    private Mono<Session> write(Entry entry, Step step, Session next, int more) {
        long before = entry.version();
        Session was = entry.unrecorded() ? null : entry.now();
        return records.write(was, next, before)
                .map(kept -> take(entry, kept))
                .onErrorResume(StoreException.class, error -> {
                    if (error instanceof StoreException.Busy || error instanceof StoreException.Full)
                        return Mono.error(error);
                    entry.doubt();
                    Mono<Void> read = reload(entry).onErrorMap(unread -> error);
                    return read.then(Mono.defer(() -> outcome(entry, step, next, error, before, more)));
                });
    }

    /** The record was read again: either the write was made, or it wasn't, or somebody made another one. */
    private Mono<Session> outcome(Entry entry, Step step, Session next, StoreException error, long before, int more) {
        boolean same = entry.version() == before;
        if (!same && entry.now().equals(next)) return Mono.just(next);
        return same || more == 0 ? Mono.error(error) : attempt(entry, step, more - 1);
    }
}

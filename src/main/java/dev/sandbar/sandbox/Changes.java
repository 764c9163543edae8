package dev.sandbar.sandbox;

import dev.sandbar.async.KeyedMutex;
import dev.sandbar.store.StoreException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The one way to change a sandbox: one change at a time, written with compare-and-set; what is in memory follows when the
 * store has answered. Where it isn't known whether a write was made, the record is read before anything else is done.
 *
 * <p>A change has to be owned by a task: a cancel only stops watching the store.
 */
final class Changes {

    private static final int ATTEMPTS = 3;

    private final KeyedMutex<String> turns;
    private final Records records;
    private final Entries entries;

    Changes(KeyedMutex<String> turns, Records records, Entries entries) {
        this.turns = turns;
        this.records = records;
        this.entries = entries;
    }

    /** What is to become of a sandbox; null for no change. May be asked again when the record turns out to be another. */
    @FunctionalInterface
    interface Step extends Function<Sandbox, @Nullable Next> {}

    /** Emits what the sandbox has become; empty when the step wants no change, or the sandbox has left. Lazy. */
    Mono<Sandbox> make(Entry entry, Step step) {
        return turns.inTurn(entry.id(), Mono.defer(() -> settled(entry).then(attempt(entry, step, ATTEMPTS))));
    }

    /** Reads the record again where there is doubt. */
    Mono<Void> settle(Entry entry) {
        return turns.inTurn(entry.id(), Mono.defer(() -> settled(entry)));
    }

    /** Lets go of an entry of which nothing is recorded; emits whether that was so. */
    Mono<Boolean> discard(Entry entry) {
        return turns.inTurn(entry.id(), Mono.fromSupplier(() -> {
            if (!entry.unrecorded()) return false;
            entries.discard(entry);
            return true;
        }));
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

    private Sandbox take(Entry entry, Records.Kept kept) {
        entry.take(kept);
        if (kept.sandbox().state() == SandboxState.GONE) entries.retire(entry);
        return kept.sandbox();
    }

    private Mono<Sandbox> attempt(Entry entry, Step step, int more) {
        return Mono.defer(() -> {
            Next next = entry.left() ? null : step.apply(entry.now());
            return next == null ? Mono.empty() : write(entry, step, next, more);
        });
    }

    private Mono<Sandbox> write(Entry entry, Step step, Next next, int more) {
        long before = entry.version();
        return records.write(next, before).map(kept -> take(entry, kept)).onErrorResume(StoreException.class, error -> {
            if (error instanceof StoreException.Busy || error instanceof StoreException.Full) return Mono.error(error);
            entry.doubt();
            Mono<Void> read = reload(entry).onErrorMap(unread -> error);
            return read.then(Mono.defer(() -> outcome(entry, step, next, error, before, more)));
        });
    }

    /** The record was read again: either the write was made, or it wasn't, or somebody made another one. */
    private Mono<Sandbox> outcome(Entry entry, Step step, Next next, StoreException error, long before, int more) {
        boolean same = entry.version() == before;
        if (!same && entry.now().equals(next.sandbox())) return Mono.just(next.sandbox());
        return same || more == 0 ? Mono.error(error) : attempt(entry, step, more - 1);
    }
}

package dev.sandbar.token;

import dev.sandbar.async.KeyedMutex;
import dev.sandbar.store.Change;
import dev.sandbar.store.Document;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What is recorded of each sandbox's tokens, in the store and, for running sandboxes, in memory. Changes of one sandbox
 * come one after the other; memory follows when the store has answered, and is forgotten where nobody knows the outcome.
 *
 * <p>Publishers are lazy. Errors are {@link StoreException}s and those of the work.
 */
final class Ledger {

    static final String KIND = "tokens";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Map<String, TokenState> known = new ConcurrentHashMap<>();
    private final TokenCodec codec = new TokenCodec();
    private final KeyedMutex<String> turns;
    private final Store store;
    private final Scheduler timer;

    Ledger(Store store, Scheduler timer) {
        this.turns = new KeyedMutex<>("tokens", timer);
        this.store = store;
        this.timer = timer;
    }

    /** Without asking the store: null where that would have to be done first. */
    @Nullable TokenState known(String sandboxId) {
        return known.get(sandboxId);
    }

    /** How many are in memory. */
    int size() {
        return known.size();
    }

    /** Work with what is recorded, in the sandbox's turn. Begun once more where somebody else has changed it. */
    <T> Mono<T> inTurn(String sandboxId, Function<TokenState, Mono<T>> work) {
        Mono<T> attempt = Mono.defer(() -> current(sandboxId).flatMap(work));
        Mono<T> step = attempt.onErrorResume(StoreException.Conflict.class, changed -> attempt);
        return limited(turns.inTurn(sandboxId, step));
    }

    private <T> Mono<T> limited(Mono<T> turn) {
        return turn.timeout(LIMIT, timer)
                .onErrorMap(TimeoutException.class, late -> new StoreException.Unavailable("It doesn't answer", late));
    }

    private Mono<TokenState> current(String sandboxId) {
        TokenState state = known.get(sandboxId);
        return state == null ? read(sandboxId) : Mono.just(state);
    }

    private Mono<TokenState> read(String sandboxId) {
        return store.find(KIND, sandboxId).map(codec::read).defaultIfEmpty(TokenState.NONE);
    }

    /** Holds in memory what was read; in its turn. */
    void remember(String sandboxId, TokenState state) {
        known.put(sandboxId, state);
    }

    /** Records a change of what was handed to the work; in its turn. */
    Mono<TokenState> write(String sandboxId, TokenState changed) {
        Change put = new Change.Put(KIND, sandboxId, changed.version(), codec.write(changed));
        return store.commit(put)
                .map(commit -> changed.at(commit.version()))
                .doOnNext(state -> known.put(sandboxId, state))
                .doOnError(unsure -> known.remove(sandboxId))
                .doOnCancel(() -> known.remove(sandboxId));
    }

    /** Removes what is recorded, whatever it is, in the sandbox's turn. Nothing is written where nothing is recorded. */
    Mono<Void> remove(String sandboxId) {
        Mono<Boolean> recorded = Mono.defer(() -> {
            TokenState state = known.remove(sandboxId);
            return state == null ? store.find(KIND, sandboxId).hasElement() : Mono.just(state.isRecorded());
        });
        Mono<Void> removal = recorded.filter(there -> there)
                .flatMap(there -> store.commit(new Change.Delete(KIND, sandboxId, Change.ANY)))
                .then();
        return limited(turns.inTurn(sandboxId, removal));
    }

    /** The sandboxes of which something is recorded. */
    Flux<String> recorded() {
        return store.list(KIND).map(Document::id);
    }
}

package dev.sandbar.store;

import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Versioned documents and append-only logs. Thread-safe; nothing blocks the caller.
 *
 * <p>Publishers are lazy and emit on the store's own threads or the caller's, never on one that does the store's I/O. Errors are {@link StoreException}s. Names of kinds, documents
 * and logs are of 1 to 200 characters of {@code [A-Za-z0-9_./-]}; contents have at most {@link #CONTENT_MAX} bytes.
 * What is asked for by another name isn't there.
 *
 * <p>A store has no time-outs: whoever can't wait for a slow disk sets one. What waits is bounded, beyond that the store
 * says {@link StoreException.Busy}.
 */
public interface Store {

    /** Most bytes of one document or log entry: 1 MiB. */
    int CONTENT_MAX = 1024 * 1024;

    /** Most bytes of the contents of one commit together: 16 MiB. */
    int COMMIT_MAX = 16 * CONTENT_MAX;

    /**
     * Makes all of these changes or none of them, once for each subscription, and answers when they are durable. Changes
     * are applied in their order; a document may occur once, else it fails with an {@link IllegalArgumentException}.
     *
     * <p>Cancelling only stops watching: what was begun is there whole or not at all. Fails with {@link
     * StoreException.Conflict} when a document has another version than expected, with {@link StoreException.Busy} when too
     * many commits wait, with {@link StoreException.Full} when there is no room; nothing was changed then. With {@link
     * StoreException.Unavailable} it is unknown.
     */
    Mono<Commit> commit(List<Change> changes);

    /** As {@link #commit(List)}. */
    default Mono<Commit> commit(Change... changes) {
        return commit(List.of(changes));
    }

    /** The document as the last commit left it; empty where there is none. */
    Mono<Document> find(String kind, String id);

    /** All documents of a kind, by id; read as they are requested, so what changes meanwhile is seen or not. */
    Flux<Document> list(String kind);

    /** Which entries of a log are kept; {@link LogRange#NONE} for a log that has never been appended to. */
    Mono<LogRange> range(String log);

    /**
     * Entries of a log in their order, those behind {@code after} that are kept, at most {@code limit}. Completes at what
     * was the end when it was subscribed to.
     */
    Flux<LogEntry> read(String log, long after, int limit);
}

package dev.sandbar.sandbox;

import dev.sandbar.event.Events;
import dev.sandbar.store.Change;
import dev.sandbar.store.Document;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/** Sandboxes in the store, each with the stream of its events. Errors are {@link StoreException}s; lazy. */
final class Records {

    static final String KIND = "sandbox";
    private static final Logger log = LoggerFactory.getLogger(Records.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration LIMIT_OF_ALL = Duration.ofMinutes(1);

    private final SandboxCodec codec = new SandboxCodec();
    private final Store store;
    private final Events events;

    Records(Store store, Events events) {
        this.store = store;
        this.events = events;
    }

    /** A sandbox and the version of its document. */
    record Kept(Sandbox sandbox, long version) {}

    /**
     * All sandboxes that are kept.
     *
     * @param unreadable ids of records that nobody understands
     */
    record All(List<Kept> sandboxes, Set<String> unreadable) {}

    /** The name of a sandbox's stream of events. */
    static String stream(String id) {
        return KIND + "/" + id;
    }

    /** Writes both, the sandbox and the event, or none. */
    Mono<Kept> write(Next next, long expected) {
        String id = next.sandbox().id();
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.Put(KIND, id, expected, codec.write(next.sandbox())));
        if (next.event() != null) changes.add(events.event(stream(id), next.event(), next.data()));
        return limited(store.commit(changes), LIMIT).map(commit -> {
            events.committed(stream(id));
            return new Kept(next.sandbox(), commit.version());
        });
    }

    Mono<Kept> read(String id) {
        return limited(store.find(KIND, id), LIMIT).map(this::kept);
    }

    /** One pass over the store. */
    Mono<All> all() {
        return limited(store.list(KIND).collectList(), LIMIT_OF_ALL).map(this::all);
    }

    /** Removes the record and its events. */
    Mono<Void> remove(Kept kept) {
        String id = kept.sandbox().id();
        Change removal = new Change.Delete(KIND, id, kept.version());
        return limited(store.commit(removal, events.drop(stream(id))), LIMIT)
                .doOnNext(commit -> events.committed(stream(id)))
                .then();
    }

    private All all(List<Document> documents) {
        List<Kept> sandboxes = new ArrayList<>(documents.size());
        Set<String> unreadable = new HashSet<>();
        for (Document document : documents) {
            try {
                sandboxes.add(kept(document));
            } catch (JacksonException | IllegalArgumentException | NullPointerException error) {
                log.error("The record of sandbox {} can't be read; the sandbox is left alone", document.id(), error);
                unreadable.add(document.id());
            }
        }
        return new All(sandboxes, unreadable);
    }

    private Kept kept(Document document) {
        return new Kept(codec.read(document.content()), document.version());
    }

    /** Whether a commit that doesn't answer in time was made is unknown. */
    private static <T> Mono<T> limited(Mono<T> work, Duration limit) {
        return work.timeout(limit)
                .onErrorMap(TimeoutException.class, late -> new StoreException.Unavailable("It doesn't answer", late));
    }
}

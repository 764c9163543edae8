package dev.sandbar.session;

import dev.sandbar.event.Events;
import dev.sandbar.store.Change;
import dev.sandbar.store.Commit;
import dev.sandbar.store.Document;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/** Sessions in the store, each with the stream of its events. Errors are {@link StoreException}s; lazy. */
final class Records {

    static final String KIND = "session";
    private static final Logger log = LoggerFactory.getLogger(Records.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration LIMIT_OF_ALL = Duration.ofMinutes(1);

    private final SessionCodec codec = new SessionCodec();
    private final Store store;
    private final Events events;

    Records(Store store, Events events) {
        this.store = store;
        this.events = events;
    }

    /** A session and the version of its document. */
    record Kept(Session session, long version) {}

    /** The name of a session's stream of events. */
    static String stream(String id) {
        return KIND + "/" + id;
    }

    /** Writes the session and all events that tell what has become of it, or nothing. */
    Mono<Kept> write(@Nullable Session before, Session session, long expected) {
        String stream = stream(session.id());
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.Put(KIND, session.id(), expected, codec.write(session)));
        Story.of(before, session).forEach(event -> changes.add(events.event(stream, event.type(), event.data())));
        return limited(store.commit(changes), LIMIT).map(commit -> {
            events.committed(stream);
            return new Kept(session, commit.version());
        });
    }

    /** Writes an event that changes nothing of the session, with whatever else it makes true. Emits the version. */
    Mono<Long> tell(String id, String type, Map<String, ?> data, Change... more) {
        String stream = stream(id);
        List<Change> changes = new ArrayList<>(List.of(more));
        changes.add(events.event(stream, type, data));
        return limited(store.commit(changes), LIMIT)
                .doOnNext(commit -> events.committed(stream))
                .map(Commit::version);
    }

    /** Makes a change of which no event tells. */
    Mono<Void> write(Change change) {
        return limited(store.commit(change), LIMIT).then();
    }

    /** The documents of a kind, in one pass. */
    Mono<List<Document>> documents(String kind) {
        return limited(store.list(kind).collectList(), LIMIT_OF_ALL);
    }

    Mono<Kept> read(String id) {
        return limited(store.find(KIND, id), LIMIT).map(this::kept);
    }

    /** One pass over the store; what nobody understands is logged and left alone. */
    Mono<List<Kept>> all() {
        return documents(KIND).map(this::all);
    }

    /** Removes the record and its events. */
    Mono<Void> remove(String id, long version) {
        Change removal = new Change.Delete(KIND, id, version);
        return limited(store.commit(removal, SeenRecord.delete(id), events.drop(stream(id))), LIMIT)
                .doOnNext(commit -> events.committed(stream(id)))
                .then();
    }

    private List<Kept> all(List<Document> documents) {
        List<Kept> sessions = new ArrayList<>(documents.size());
        for (Document document : documents) {
            try {
                sessions.add(kept(document));
            } catch (JacksonException | IllegalArgumentException | NullPointerException error) {
                log.error("The record of session {} can't be read; it is left alone", document.id(), error);
            }
        }
        return sessions;
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

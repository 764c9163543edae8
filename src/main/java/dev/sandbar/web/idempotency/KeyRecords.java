package dev.sandbar.web.idempotency;

import dev.sandbar.store.Change;
import dev.sandbar.store.Commit;
import dev.sandbar.store.Document;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Keys in the store, and how many there are. Errors are {@link StoreException}s; lazy. */
final class KeyRecords {

    static final String KIND = "idempotency";
    private static final Logger log = LoggerFactory.getLogger(KeyRecords.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration LIMIT_OF_ALL = Duration.ofMinutes(1);
    private static final int FORGOTTEN_AT_ONCE = 1000;
    private static final int FORGOTTEN_TOGETHER = 16;

    private final JsonMapper mapper = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private final Store store;
    private final IdempotencySettings settings;
    private final Clock clock;
    private final KeyMarks marks;

    KeyRecords(Store store, IdempotencySettings settings, Clock clock) {
        this.store = store;
        this.settings = settings;
        this.clock = clock;
        this.marks = new KeyMarks(settings);
    }

    /** A record and the version of its document. */
    record Kept(KeyRecord record, long version) {}

    /** Counts what an earlier run has left; to be done before anything else. What can't be read is left alone. */
    Mono<Void> load() {
        return limited(store.list(KIND).doOnNext(this::count).then(), LIMIT_OF_ALL);
    }

    private void count(Document document) {
        try {
            marks.put(mark(document.id(), read(document)));
        } catch (JacksonException | NullPointerException error) {
            log.error("The record of Idempotency-Key {} can't be read; it is left alone", document.id(), error);
        }
    }

    private Kept read(Document document) {
        return new Kept(mapper.readValue(document.content(), KeyRecord.class), document.version());
    }

    private static KeyMarks.Mark mark(String id, Kept kept) {
        return new KeyMarks.Mark(kept.record().owner(), id, kept.record().at(), kept.version());
    }

    Mono<Kept> find(String id) {
        return limited(store.find(KIND, id), LIMIT).map(this::read);
    }

    /** Whether it has been remembered for long enough, and counts no more. */
    boolean isOver(KeyRecord record) {
        return !record.at().plus(settings.retention()).isAfter(clock.instant());
    }

    Instant now() {
        return clock.instant();
    }

    /** Records a key of which there is nothing yet; an {@link dev.sandbar.web.http.ApiException} when there are too many. */
    Mono<Kept> add(String id, KeyRecord record) {
        return Mono.defer(() -> {
            KeyMarks.Mark place = new KeyMarks.Mark(record.owner(), id, record.at(), Change.ANY);
            boolean fresh = marks.add(place);
            return write(id, record, Change.NEW).doOnError(error -> {
                if (fresh && !(error instanceof StoreException.Unavailable)) marks.remove(place);
            });
        });
    }

    Mono<Kept> write(String id, KeyRecord record, long expected) {
        Change put = new Change.Put(KIND, id, expected, mapper.writeValueAsBytes(record));
        return limited(store.commit(put), LIMIT).map(commit -> {
            Kept kept = new Kept(record, commit.version());
            marks.put(mark(id, kept));
            return kept;
        });
    }

    /** Removes the record of work that was refused. */
    Mono<Void> remove(String id, Kept kept) {
        return forget(mark(id, kept));
    }

    /** Removes what has been remembered for long enough. */
    Mono<Void> forgetOld() {
        return Flux.defer(() -> Flux.fromIterable(marks.due(clock.instant(), FORGOTTEN_AT_ONCE)))
                .flatMap(this::forget, FORGOTTEN_TOGETHER)
                .then();
    }

    /** One that was used meanwhile has another version, and stays. Where that isn't noted yet, it is now. */
    private Mono<Void> forget(KeyMarks.Mark mark) {
        return limited(store.commit(new Change.Delete(KIND, mark.id(), mark.version())), LIMIT)
                .doOnNext(commit -> marks.remove(mark))
                .onErrorResume(StoreException.Conflict.class, used -> noted(mark.id()))
                .then();
    }

    private Mono<Commit> noted(String id) {
        return find(id).doOnNext(kept -> marks.put(mark(id, kept))).then(Mono.empty());
    }

    /** How many keys are remembered. */
    int count() {
        return marks.count();
    }

    /** Whether a commit that doesn't answer in time was made is unknown. */
    private static <T> Mono<T> limited(Mono<T> work, Duration limit) {
        return work.timeout(limit)
                .onErrorMap(TimeoutException.class, late -> new StoreException.Unavailable("It doesn't answer", late));
    }
}

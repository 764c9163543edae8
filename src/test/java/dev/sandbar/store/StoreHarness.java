package dev.sandbar.store;

import dev.sandbar.store.Change.Append;
import dev.sandbar.store.Change.Put;
import dev.sandbar.store.Change.Retention;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A store, and short words to use it by. */
abstract class StoreHarness {

    static final Duration SOON = Duration.ofSeconds(30);

    Store store;

    /** An empty store; whoever opened it closes it after the test. */
    protected abstract Store open() throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = open();
    }

    final Commit commit(Change... changes) {
        return get(store.commit(changes));
    }

    final void assertConflict(Change... changes) {
        StepVerifier.create(store.commit(changes))
                .expectError(StoreException.Conflict.class)
                .verify(SOON);
    }

    final Document find(String id) {
        return get(store.find("kind", id));
    }

    final String text(String id) {
        return new String(find(id).content(), StandardCharsets.UTF_8);
    }

    final LogRange range() {
        return get(store.range("log"));
    }

    final List<Long> sequences(long after, int limit) {
        return get(store.read("log", after, limit).map(LogEntry::sequence).collectList());
    }

    final List<String> texts(long after, int limit) {
        return get(store.read("log", after, limit)
                .map(entry -> new String(entry.content(), StandardCharsets.UTF_8))
                .collectList());
    }

    static Put put(String id, long expected, String content) {
        return new Put("kind", id, expected, bytes(content));
    }

    static Append append(String... entries) {
        return keep(Long.MAX_VALUE, Long.MAX_VALUE, entries);
    }

    static Append keep(long entries, long bytes, String... contents) {
        return new Append("log", Stream.of(contents).map(StoreContract::bytes).toList(), new Retention(entries, bytes));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static <T> T get(Mono<T> answer) {
        return Objects.requireNonNull(answer.block(SOON));
    }
}

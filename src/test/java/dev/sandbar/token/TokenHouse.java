package dev.sandbar.token;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.store.Change;
import dev.sandbar.store.Commit;
import dev.sandbar.store.Document;
import dev.sandbar.store.LogEntry;
import dev.sandbar.store.LogRange;
import dev.sandbar.store.Store;
import dev.sandbar.store.memory.MemoryStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Tokens over a store and a key file that outlive them, a clock that only a test moves, and sandboxes by name. */
final class TokenHouse extends Clock implements Store, AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(10);

    final Map<String, String> running = new ConcurrentHashMap<>(Map.of("s1", "ann", "s2", "bob"));
    final MemoryKeyFile file = new MemoryKeyFile();
    final Store store = new MemoryStore();
    final AtomicInteger commits = new AtomicInteger();
    final AtomicInteger finds = new AtomicInteger();
    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00.123456Z"));
    final TokenSettings settings;
    final Scheduler timer;
    final BackgroundTasks tasks;

    /** What becomes of each commit. */
    volatile UnaryOperator<Mono<Commit>> fate = commit -> commit;

    /** What becomes of each read of a record. */
    volatile UnaryOperator<Mono<Document>> reading = read -> read;

    BearerTokens tokens;

    TokenHouse() {
        this(TokenSettings.DEFAULT, Schedulers.parallel());
    }

    TokenHouse(TokenSettings settings, Scheduler timer) {
        this.settings = settings;
        this.timer = timer;
        this.tasks = new BackgroundTasks("tests", 20_000, timer);
        this.tokens = open(settings, "here");
    }

    BearerTokens open(TokenSettings set, String audience) {
        return BearerTokens.open(new BearerTokens.Parts(set, running::get, audience, this, tasks, this, timer), file);
    }

    void restart() {
        restart(settings);
    }

    void restart(TokenSettings set) {
        tokens.close();
        tokens = open(set, "here");
    }

    void pass(Duration time) {
        now.updateAndGet(at -> at.plus(time));
    }

    String token(String id) {
        return grant(id).token();
    }

    Grant grant(String id) {
        return Objects.requireNonNull(tokens.issue(id).block(SOON));
    }

    String verify(String token, String id) {
        return Objects.requireNonNull(tokens.verify(token, id).block(SOON));
    }

    void revoke(String id) {
        tokens.revoke(id).block(SOON);
    }

    /** As a sandbox does: it runs no more, then those who rest on it are told. */
    void end(String id) {
        running.remove(id);
        tokens.forget(id).block(SOON);
    }

    List<String> documents() {
        return Objects.requireNonNull(
                store.list(Ledger.KIND).map(Document::id).collectList().block(SOON));
    }

    @Override
    public Mono<Commit> commit(List<Change> changes) {
        return Mono.defer(() -> {
            commits.incrementAndGet();
            return fate.apply(store.commit(changes));
        });
    }

    @Override
    public Mono<Document> find(String kind, String id) {
        finds.incrementAndGet();
        return reading.apply(store.find(kind, id));
    }

    @Override
    public Flux<Document> list(String kind) {
        return store.list(kind);
    }

    @Override
    public Mono<LogRange> range(String log) {
        return store.range(log);
    }

    @Override
    public Flux<LogEntry> read(String log, long after, int limit) {
        return store.read(log, after, limit);
    }

    @Override
    public Instant instant() {
        return Objects.requireNonNull(now.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public void close() {
        tokens.close();
        tasks.close();
    }
}

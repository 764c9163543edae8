package dev.sandbar.event;

import dev.sandbar.store.Change;
import dev.sandbar.store.Change.Retention;
import dev.sandbar.store.memory.MemoryStore;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.json.JsonMapper;

/** One stream in memory, whose events count themselves in {@code n}. */
final class Bed implements AutoCloseable {

    static final String STREAM = "sandbox/s1";
    static final Instant NOW = Instant.parse("2026-02-03T04:05:06.007Z");

    final FaultyStore store = new FaultyStore(new MemoryStore());
    final Events events;
    private long last;

    Bed(EventSettings settings, Scheduler scheduler) {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        events = new Events(store, JsonMapper.shared(), settings, clock, scheduler);
    }

    static EventSettings keeping(int entries) {
        return new EventSettings(new Retention(entries, Long.MAX_VALUE), 100, 8, 1024 * 1024);
    }

    /** Commits events one by one without a word to the readers. */
    Bed commit(int count) {
        for (int i = 0; i < count; i++) commit("test.some");
        return this;
    }

    void append(int count) {
        commit(count);
        events.committed(STREAM);
    }

    void finish() {
        commit(Seen.LAST);
        events.committed(STREAM);
    }

    synchronized void commit(String type) {
        List<Change> changes = new ArrayList<>();
        changes.add(events.event(STREAM, type, Map.of("n", ++last)));
        store.commit(changes).block();
    }

    void drop() {
        store.commit(events.drop(STREAM)).block();
        events.committed(STREAM);
    }

    synchronized long last() {
        return last;
    }

    long firstKept() {
        return Objects.requireNonNull(store.range(Events.log(STREAM)).block()).first();
    }

    @Override
    public void close() {
        events.close();
    }
}

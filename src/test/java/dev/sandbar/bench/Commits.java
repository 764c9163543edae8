package dev.sandbar.bench;

import static dev.sandbar.store.Change.ANY;

import dev.sandbar.store.Change.Append;
import dev.sandbar.store.Change.Put;
import dev.sandbar.store.Change.Retention;
import dev.sandbar.store.Commit;
import dev.sandbar.store.sqlite.SqliteSettings;
import dev.sandbar.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Durable commits of a document and an event through the store, against SQLite alone with as many in each transaction as
 * there are writers; and reading a long log.
 */
final class Commits implements AutoCloseable {

    private static final int MANY = 64;
    private static final double GOAL = 0.8;
    private static final int ENTRIES = 100_000;
    private static final int BATCH = 1_000;

    private final byte[] state = new byte[600];
    private final byte[] event = new byte[290];
    private final SqliteStore store;
    private final PlainSqlite plain;
    private final long[] last = new long[MANY];
    private final int rounds;

    Commits(Path directory, boolean brief) throws SQLException {
        store = SqliteStore.open(directory.resolve("bench.db"), SqliteSettings.DEFAULT);
        plain = new PlainSqlite(directory.resolve("plain.db"));
        rounds = brief ? 15 : 45;
        Arrays.fill(state, (byte) 'x');
        Arrays.fill(event, (byte) 'x');
    }

    List<Row> measure() throws SQLException {
        List<Row> rows = new ArrayList<>();
        rows.add(commits(1, 300));
        rows.add(commits(MANY, 50));
        rows.add(reads());
        return rows;
    }

    private Row commits(int writers, int each) throws SQLException {
        Samples ours = new Samples();
        Samples floor = new Samples();
        for (int i = 0; i < rounds; i++) {
            boolean warm = i >= rounds / 3;
            plainly(writers, each, warm ? floor : new Samples());
            throughStore(writers, each, warm ? ours : new Samples());
        }
        double ratio = floor.p50() / ours.p50();
        String what = "durable commits, " + writers + (writers == 1 ? " writer" : " writers");
        if (writers == 1) return new Row(what, rate(ours, each), rate(floor, each), Row.format("%.2fx", ratio), "", "");
        return new Row(
                what,
                rate(ours, writers * each),
                rate(floor, writers * each),
                Row.format("%.2fx", ratio),
                "at least " + GOAL + "x",
                Row.yes(ratio >= GOAL));
    }

    private void plainly(int writers, int each, Samples times) throws SQLException {
        long start = System.nanoTime();
        for (int i = 0; i < each; i++) {
            plain.begin();
            for (int writer = 0; writer < writers; writer++) {
                plain.write("sb" + writer, state, writer, ++last[writer], event);
            }
            plain.commit();
        }
        times.addMillisSince(start);
    }

    private void throughStore(int writers, int each, Samples times) {
        long start = System.nanoTime();
        Flux.range(0, writers)
                .flatMap(writer -> Flux.range(0, each).concatMap(i -> commit(writer), 1), writers)
                .blockLast();
        times.addMillisSince(start);
    }

    private Mono<Commit> commit(int writer) {
        return store.commit(
                new Put("sandbox", "sb" + writer, ANY, state),
                new Append("sandbox/sb" + writer, List.of(event), Retention.ALL));
    }

    private Row reads() throws SQLException {
        fill();
        Samples ours = new Samples();
        Samples floor = new Samples();
        for (int i = 0; i < rounds; i++) {
            boolean warm = i >= rounds / 3;
            plainRead(warm ? floor : new Samples());
            read(warm ? ours : new Samples());
        }
        double ratio = floor.p50() / ours.p50();
        return new Row(
                "reading a log of 100,000 entries",
                Row.millis(ours),
                Row.millis(floor),
                Row.format("%.2fx", ratio),
                "",
                "");
    }

    private void fill() throws SQLException {
        List<byte[]> events = Collections.nCopies(BATCH, event);
        plain.begin();
        for (int i = 1; i <= ENTRIES; i++) {
            plain.write("sb", state, MANY, i, event);
        }
        plain.commit();
        Flux.range(0, ENTRIES / BATCH)
                .concatMap(i -> store.commit(new Append("long", events, Retention.ALL)))
                .blockLast();
    }

    private void plainRead(Samples times) throws SQLException {
        long start = System.nanoTime();
        if (plain.read(MANY) != ENTRIES) throw new IllegalStateException("entries are missing");
        times.addMillisSince(start);
    }

    private void read(Samples times) {
        long start = System.nanoTime();
        Long count = store.read("long", 0, Integer.MAX_VALUE).count().block();
        if (count == null || count != ENTRIES) throw new IllegalStateException("entries are missing");
        times.addMillisSince(start);
    }

    /** The slow side stands second, as it does with times. */
    private static String rate(Samples times, int commits) {
        return Row.format("%.0f / %.0f /s", commits * 1000 / times.p50(), commits * 1000 / times.p95());
    }

    @Override
    public void close() throws SQLException {
        store.close();
        plain.close();
    }
}

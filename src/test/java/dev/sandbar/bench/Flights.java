package dev.sandbar.bench;

import dev.sandbar.async.SingleFlight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Crowds who want one result: all join, the result comes, all are told. Against the same crowd at one {@link Sinks.One}
 * alone, which knows no keys and no deadline. The figures beside are those published for another service's client (a request
 * of 50 ms included).
 */
final class Flights {

    private static final int MANY = 10_000;
    private static final double LONGEST_MILLIS = 25;
    private static final double FLAT = 2;

    private final SingleFlight<Integer, Integer> flights =
            new SingleFlight<>("bench", Duration.ofMinutes(1), MANY, Schedulers.parallel());
    private final AtomicInteger told = new AtomicInteger();
    private final int rounds;

    Flights(boolean brief) {
        rounds = brief ? 30 : 120;
    }

    List<Row> measure() {
        Crowd few = crowd(100);
        Crowd some = crowd(1_000);
        Crowd many = crowd(MANY);
        for (int i = 0; i < rounds; i++) {
            boolean warm = i >= rounds / 3;
            measure(warm ? few : crowd(100));
            measure(warm ? some : crowd(1_000));
            measure(warm ? many : crowd(MANY));
        }
        List<Row> rows = new ArrayList<>();
        rows.add(few.joining());
        rows.add(some.joining());
        rows.add(published("1,000 async callers, cold", "110 ms"));
        rows.add(many.joining(LONGEST_MILLIS));
        rows.add(published("10,000 async callers, cold", "210-280 ms"));
        rows.add(flat(some, many));
        rows.add(many.leaving());
        rows.add(keys());
        rows.add(published("2,000 different keys, async", "14,300 ms"));
        return rows;
    }

    private record Crowd(int size, Samples ours, Samples floor, Samples left, Samples floorLeft) {

        Row joining() {
            double ratio = ours.p50() / floor.p50();
            return new Row(what(), Row.millis(ours), Row.millis(floor), Row.format("%.2fx", ratio), "", "");
        }

        Row joining(double longest) {
            return Row.limit(what(), ours, floor, longest);
        }

        private String what() {
            return Row.format("%,d joiners of one result", size);
        }

        Row leaving() {
            double ratio = left.p50() / floorLeft.p50();
            String what = Row.format("%,d joiners who leave again", size);
            return new Row(what, Row.millis(left), Row.millis(floorLeft), Row.format("%.2fx", ratio), "", "");
        }

        double nanosEach(Samples samples) {
            return samples.p50() * 1e6 / size;
        }
    }

    private static Row flat(Crowd few, Crowd many) {
        double ratio = many.nanosEach(many.ours) / few.nanosEach(few.ours);
        return new Row(
                "cost of a joiner of 1,000 and of 10,000",
                Row.format("%.0f / %.0f ns", few.nanosEach(few.ours), many.nanosEach(many.ours)),
                Row.format("%.0f / %.0f ns", few.nanosEach(few.floor), many.nanosEach(many.floor)),
                Row.format("%.2fx", ratio),
                "at most 2x",
                Row.yes(ratio <= FLAT));
    }

    private static Row published(String what, String figure) {
        return Row.note("  published: " + what, "", figure);
    }

    private static Crowd crowd(int size) {
        return new Crowd(size, new Samples(), new Samples(), new Samples(), new Samples());
    }

    private void measure(Crowd crowd) {
        Sinks.One<Integer> plain = Sinks.one();
        land(crowd.size, plain.asMono(), plain, crowd.floor);
        Sinks.One<Integer> ours = Sinks.one();
        land(crowd.size, flights.join(0, ours::asMono), ours, crowd.ours);
        leave(crowd.size, Sinks.<Integer>one().asMono(), crowd.floorLeft);
        Sinks.One<Integer> nobodys = Sinks.one();
        leave(crowd.size, flights.join(0, nobodys::asMono), crowd.left);
        nobodys.tryEmitValue(1);
    }

    /** All at work at the same time, each for one caller and with an end of its own. */
    private Row keys() {
        Samples times = new Samples();
        for (int i = 0; i < rounds; i++) {
            keys(i < rounds / 3 ? new Samples() : times);
        }
        return Row.note("10,000 different keys at once", Row.millis(times), "");
    }

    private void keys(Samples times) {
        told.set(0);
        List<Sinks.One<Integer>> ends = new ArrayList<>(MANY);
        for (int key = 0; key < MANY; key++) ends.add(Sinks.one());
        System.gc();
        long start = System.nanoTime();
        for (int key = 0; key < MANY; key++) {
            flights.join(key, ends.get(key)::asMono).subscribe(value -> told.incrementAndGet());
        }
        ends.forEach(end -> end.tryEmitValue(1));
        finish(MANY, start, times);
    }

    private void land(int size, Mono<Integer> joined, Sinks.One<Integer> end, Samples times) {
        told.set(0);
        System.gc(); // each pays for its own garbage only
        long start = System.nanoTime();
        for (int i = 0; i < size; i++) joined.subscribe(value -> told.incrementAndGet());
        end.tryEmitValue(1);
        finish(size, start, times);
    }

    private void finish(int size, long start, Samples times) {
        times.addMillisSince(start);
        if (told.get() != size) throw new IllegalStateException(told + " of " + size + " were told");
    }

    private static void leave(int size, Mono<Integer> joined, Samples times) {
        List<Disposable> crowd = new ArrayList<>(size);
        for (int i = 0; i < size; i++) crowd.add(joined.subscribe());
        System.gc();
        long start = System.nanoTime();
        crowd.forEach(Disposable::dispose);
        times.addMillisSince(start);
    }
}

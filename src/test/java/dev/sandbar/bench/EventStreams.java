package dev.sandbar.bench;

import dev.sandbar.e2e.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Server-sent events to many readers of one stream, against plain Reactor Netty; and the way back of one far behind. */
final class EventStreams implements AutoCloseable {

    private static final int READERS = 1_000;
    private static final int BEHIND = 100_000;
    private static final double GOAL = 0.8;

    private final boolean brief;
    private final Process process;
    private final URI ours;
    private final URI plain;

    EventStreams(Path directory, boolean brief) throws IOException {
        this.brief = brief;
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ServiceProcess.SMALL);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EventServer.class.getName()));
        command.add(directory.resolve("events.db").toString());
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String[] ports = process.inputReader().readLine().split(" ", -1);
        ours = URI.create("http://127.0.0.1:" + ports[0]);
        plain = URI.create("http://127.0.0.1:" + ports[1]);
    }

    List<Row> measure() throws IOException {
        List<Row> rows = new ArrayList<>();
        rows.addAll(deliveries("events to 1,000 readers, one by one", 1, brief ? 200 : 1_000));
        rows.addAll(deliveries("events to 1,000 readers, 100 at once", 100, brief ? 15 : 60));
        rows.add(resume());
        return rows;
    }

    private List<Row> deliveries(String what, int events, int times) throws IOException {
        Samples[] rates = {new Samples(), new Samples()};
        long[] spent = {0, 0};
        try (Side one = new Side(ours);
                Side other = new Side(plain)) {
            for (int i = 0; i < times / 3; i++) {
                one.round(events);
                other.round(events);
            }
            for (int i = 0; i < times; i++) {
                long start = processorNanos();
                rates[1].add(other.round(events));
                long middle = processorNanos();
                rates[0].add(one.round(events));
                spent[0] += processorNanos() - middle;
                spent[1] += middle - start;
            }
        }
        double ratio = rates[0].p50() / rates[1].p50();
        double each = 1_000.0 * events * times * READERS;
        Row row = new Row(
                what,
                rate(rates[0]),
                rate(rates[1]),
                Row.format("%.2fx", ratio),
                "at least " + GOAL + "x",
                Row.yes(ratio >= GOAL));
        Row costs = Row.note(
                "  processor time for each delivery",
                Row.format("%.1f us", spent[0] / each),
                Row.format("%.1f us", spent[1] / each));
        return List.of(row, costs);
    }

    private long processorNanos() {
        return process.info().totalCpuDuration().orElseThrow().toNanos();
    }

    /** The readers of one server. */
    private static final class Side implements AutoCloseable {
        private final EventReaders readers;
        private final Http http;

        Side(URI address) throws IOException {
            http = new Http(address);
            readers = new EventReaders(address, READERS, "/events");
            readers.settle();
        }

        /** Deliveries per second. */
        double round(int events) throws IOException {
            long start = System.nanoTime();
            http.call(204, "POST /" + events, "", new byte[0]);
            readers.await((long) events * READERS);
            return events * READERS * 1e9 / (System.nanoTime() - start);
        }

        @Override
        public void close() throws IOException {
            readers.close();
            http.close();
        }
    }

    private Row resume() throws IOException {
        Samples times = new Samples();
        try (Http http = new Http(ours)) {
            http.call(204, "POST /stored/" + BEHIND, "", new byte[0]);
        }
        for (int i = 0; i < (brief ? 10 : 30); i++) {
            long start = System.nanoTime();
            try (EventReaders reader = new EventReaders(ours, 1, "/stored/events")) {
                reader.await(BEHIND);
            }
            times.addMillisSince(start);
        }
        String speed = Row.format("%.0f events/s", BEHIND * 1000 / times.p50());
        return Row.note("resume of a reader 100,000 events behind", Row.millis(times), speed);
    }

    private static String rate(Samples rates) {
        return Row.format("%.0f / %.0f /s", rates.p50(), rates.percentile(0.05));
    }

    @Override
    public void close() {
        process.destroy();
    }
}

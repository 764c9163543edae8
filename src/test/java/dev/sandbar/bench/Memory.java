package dev.sandbar.bench;

import dev.sandbar.bench.Api.Handle;
import dev.sandbar.soak.Vitals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the service and what idles in it hold. */
final class Memory {

    private static final int COUNT = 100;
    private static final double GOAL_MIB = 2;
    private static final Pattern PSS = Pattern.compile("(?m)^Pss:\\s+(\\d+)");
    private static final Pattern RSS = Pattern.compile("(?m)^VmRSS:\\s+(\\d+)");
    private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s+(\\d+)");

    private final Target target;

    /** Many of a kind, which are there at once and do nothing. */
    interface Load {
        void begin(int count) throws IOException;

        void end() throws IOException;
    }

    /**
     * What one holds, in MiB.
     *
     * @param machine what the whole machine has less: the kernel's part lies in no process
     */
    record Held(double machine, double processes, double service) {
        double each() {
            return Math.max(machine, processes + service);
        }
    }

    /** Sandboxes without sessions. */
    record Sandboxes(Api api, List<Handle> made) implements Load, AutoCloseable {

        Sandboxes(Api api) {
            this(api, new ArrayList<>());
        }

        @Override
        public void begin(int count) throws IOException {
            for (int i = 0; i < count; i++) {
                made.add(api.create());
            }
        }

        @Override
        public void end() throws IOException {
            for (Handle sandbox : made) {
                api.kill(sandbox);
            }
            made.clear();
        }

        @Override
        public void close() throws IOException {
            api.close();
        }
    }

    Memory(Target target) {
        this.target = target;
    }

    Row service(String when) throws IOException {
        double resident = mebibytes(RSS, Path.of("/proc", Long.toString(target.pid()), "status"));
        double live = Vitals.of(target.pid()).heapKiB() / 1024.0;
        return Row.note("service's memory, " + when, Row.format("%.0f MiB, live %.1f", resident, live), "");
    }

    List<Row> idle() throws IOException {
        try (Sandboxes sandboxes = new Sandboxes(target.connect())) {
            load(sandboxes); // so that the heap has its size
            Held held = held(sandboxes, target.times(2, 3));
            Row row = new Row(
                    "memory of an idle sandbox",
                    Row.format("%.2f MiB", held.each()),
                    "",
                    "",
                    "at most 2 MiB",
                    Row.yes(held.each() <= GOAL_MIB));
            String parts = Row.format("%.2f + %.2f MiB", held.processes(), held.service());
            return List.of(row, Row.note("  of that its processes and the service", parts, ""));
        }
    }

    private static void load(Load load) throws IOException {
        load.begin(COUNT);
        load.end();
    }

    /** What each one of a load holds. */
    Held held(Load load, int rounds) throws IOException {
        Samples machine = new Samples();
        Samples processes = new Samples();
        Samples service = new Samples();
        for (int i = 0; i < rounds; i++) {
            measure(load, machine, processes, service);
        }
        return new Held(machine.p50(), processes.p50(), service.p50());
    }

    private void measure(Load load, Samples machine, Samples processes, Samples service) throws IOException {
        Vitals.of(target.pid()); // collects
        double serviceBefore = pss(target.pid());
        double availableBefore = mebibytes(AVAILABLE, Path.of("/proc/meminfo"));
        load.begin(COUNT);
        Vitals.of(target.pid());
        machine.add((availableBefore - mebibytes(AVAILABLE, Path.of("/proc/meminfo"))) / COUNT);
        service.add((pss(target.pid()) - serviceBefore) / COUNT);
        processes.add(inSandboxes() / COUNT);
        load.end();
    }

    /** Live objects of the service for each one of a load, in KiB. */
    double heap(Load load, int rounds) throws IOException {
        Samples each = new Samples();
        for (int i = 0; i < rounds; i++) {
            double before = Vitals.of(target.pid()).heapKiB();
            load.begin(COUNT);
            each.add((Vitals.of(target.pid()).heapKiB() - before) / COUNT);
            load.end();
        }
        return each.p50();
    }

    /** Found by their command lines, which bear the instance's mark or the sandbox's directory. */
    private double inSandboxes() throws IOException {
        double sum = 0;
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process : all.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .toList()) {
                if (text(process.resolve("cmdline")).contains(target.instance() + "/")) {
                    sum += pss(Long.parseLong(process.getFileName().toString()));
                }
            }
        }
        return sum;
    }

    private static double pss(long pid) {
        return mebibytes(PSS, Path.of("/proc", Long.toString(pid), "smaps_rollup"));
    }

    private static double mebibytes(Pattern kibibytes, Path file) {
        Matcher found = kibibytes.matcher(text(file));
        return found.find() ? Long.parseLong(found.group(1)) / 1024.0 : 0;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}

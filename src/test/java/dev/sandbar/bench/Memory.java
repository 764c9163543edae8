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

/** What the service and idle sandboxes hold, in MiB. */
final class Memory {

    private static final int SANDBOXES = 100;
    private static final double GOAL_MIB = 2;
    private static final Pattern PSS = Pattern.compile("(?m)^Pss:\\s+(\\d+)");
    private static final Pattern RSS = Pattern.compile("(?m)^VmRSS:\\s+(\\d+)");
    private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s+(\\d+)");

    private final Target target;

    Memory(Target target) {
        this.target = target;
    }

    Row service(String when) throws IOException {
        double resident = mebibytes(RSS, Path.of("/proc", Long.toString(target.pid()), "status"));
        double live = Vitals.of(target.pid()).heapKiB() / 1024.0;
        return Row.note("service's memory, " + when, Row.format("%.0f MiB, live %.1f", resident, live), "");
    }

    /** What the whole machine has less is what counts: the kernel's part lies in no process. */
    List<Row> idle() throws IOException {
        Samples machine = new Samples();
        Samples processes = new Samples();
        Samples service = new Samples();
        try (Api api = target.connect()) {
            kill(api, create(api)); // so that the heap has its size
            for (int i = 0; i < target.times(2, 3); i++) {
                measure(api, machine, processes, service);
            }
        }
        double each = Math.max(machine.p50(), processes.p50() + service.p50());
        Row row = new Row(
                "memory of an idle sandbox",
                Row.format("%.2f MiB", each),
                "",
                "",
                "at most 2 MiB",
                Row.yes(each <= GOAL_MIB));
        String parts = Row.format("%.2f + %.2f MiB", processes.p50(), service.p50());
        return List.of(row, Row.note("  of that its processes and the service", parts, ""));
    }

    private void measure(Api api, Samples machine, Samples processes, Samples service) throws IOException {
        Vitals.of(target.pid()); // collects
        double serviceBefore = pss(target.pid());
        double availableBefore = mebibytes(AVAILABLE, Path.of("/proc/meminfo"));
        List<Handle> made = create(api);
        Vitals.of(target.pid());
        machine.add((availableBefore - mebibytes(AVAILABLE, Path.of("/proc/meminfo"))) / SANDBOXES);
        service.add((pss(target.pid()) - serviceBefore) / SANDBOXES);
        processes.add(inSandboxes() / SANDBOXES);
        kill(api, made);
    }

    private static List<Handle> create(Api api) throws IOException {
        List<Handle> made = new ArrayList<>();
        for (int i = 0; i < SANDBOXES; i++) {
            made.add(api.create());
        }
        return made;
    }

    private static void kill(Api api, List<Handle> sandboxes) throws IOException {
        for (Handle sandbox : sandboxes) {
            api.kill(sandbox);
        }
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

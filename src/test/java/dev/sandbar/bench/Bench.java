package dev.sandbar.bench;

import dev.sandbar.e2e.ServiceProcess;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.runtime.local.BareLaunches;
import dev.sandbar.runtime.local.LocalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.util.FileSystemUtils;

/**
 * Measures a service of its own and prints one table. Option {@code --short} for a rough answer within about a minute;
 * names of parts ({@code client}, {@code create}, {@code command}, {@code output}, {@code events}, {@code memory}, {@code start}, {@code
 * recovery}, {@code sessions}, {@code store}, {@code tokens}) for those alone.
 */
public final class Bench {

    private static final String KEY = "e2b_b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0";
    private static final Limits LIMITS = new Limits(2, 512, 1024, 256);
    private static final Set<String> PARTS = Set.of(
            "client",
            "create",
            "command",
            "output",
            "events",
            "memory",
            "start",
            "recovery",
            "sessions",
            "store",
            "tokens");

    private final Path directory;
    private final boolean brief;
    private final Set<String> parts;

    private Bench(Path directory, boolean brief, Set<String> parts) {
        this.directory = directory;
        this.brief = brief;
        this.parts = parts;
    }

    public static void main(String[] arguments) throws Exception {
        Set<String> given = new TreeSet<>(List.of(arguments));
        boolean brief = given.remove("--short");
        if (!PARTS.containsAll(given)) {
            System.err.println("usage: make bench ARGS=\"[--short] [" + String.join("|", new TreeSet<>(PARTS))
                    + "]...\"; the small ones: mvn test-compile exec:exec@bench");
            System.exit(2);
        }
        Bench bench = new Bench(Files.createTempDirectory("sandbar-bench"), brief, given.isEmpty() ? PARTS : given);
        add(new Row("", "ours p50 / p95", "floor p50 / p95", "ratio", "goal", ""));
        bench.measure();
        FileSystemUtils.deleteRecursively(bench.directory);
        System.exit(0);
    }

    private void measure() throws Exception {
        if (parts.contains("start")) add(new Starts(directory, brief).measure());
        if (parts.contains("recovery")) add(new Recoveries(directory, KEY, brief).measure());
        if (parts.contains("events")) events();
        if (parts.contains("store")) store();
        if (parts.contains("tokens")) tokens();
        if (Set.of("start", "recovery", "events", "store", "tokens").containsAll(parts)) return;
        try (ServiceProcess service =
                new ServiceProcess(directory, Map.of("SANDBAR_API_KEY", KEY), ServiceProcess.SMALL)) {
            measure(target(service));
        }
    }

    private void store() throws SQLException {
        try (Commits commits = new Commits(directory, brief)) {
            add(commits.measure());
        }
    }

    private void tokens() {
        add(new Flights(brief).measure());
        try (Tokens tokens = new Tokens(brief)) {
            add(tokens.measure());
        }
    }

    private void events() throws IOException {
        try (EventStreams streams = new EventStreams(directory, brief)) {
            add(streams.measure());
        }
    }

    private void measure(Target target) throws Exception {
        Memory memory = new Memory(target);
        if (parts.contains("memory")) add(memory.service("at first"));
        WarmUp.run(target, Duration.ofSeconds(target.times(10, 30)));
        BareLaunches bare = new BareLaunches(target.instance() + "b", LIMITS);
        if (parts.contains("create")) {
            add(new Creations(target, bare).oneByOne());
            add(new Creations(target, bare).atOnce());
        }
        if (parts.contains("command")) {
            add(new CommandRuns(target).shortest());
            add(new CommandRuns(target).firstByte());
        }
        if (parts.contains("output")) add(new Throughput(target, directory).measure());
        if (parts.contains("client")) add(new ClientTurns(target).measure());
        if (parts.contains("sessions")) sessions(target, memory);
        if (parts.contains("memory")) {
            add(memory.idle());
            add(memory.service("after the load"));
        }
    }

    private static void sessions(Target target, Memory memory) throws Exception {
        SessionWarmUp.run(target, Duration.ofSeconds(target.times(5, 20)));
        add(new SessionTimes(target).measure());
        add(new SessionCrowds(target).measure());
        add(new SessionMemory(target, memory).measure());
    }

    private Target target(ServiceProcess service) throws IOException {
        String instance = Files.readString(directory.resolve("data/instance")).strip();
        Path run = LocalSettings.of(instance).runDirectory();
        return new Target(service.address(), KEY, instance, run, service.pid(), brief);
    }

    private static void add(List<Row> rows) {
        rows.forEach(Bench::add);
    }

    private static void add(Row row) {
        System.out.println(row);
    }
}

package dev.sandbar.crash;

import dev.sandbar.e2e.ServiceProcess;
import dev.sandbar.soak.Leftovers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.springframework.util.FileSystemUtils;

/** Kills a service under load with {@code kill -9} at random moments, and holds each next one to what the last promised. */
public final class Crash {

    private static final String KEY = "e2b_c4a5c4a5c4a5c4a5c4a5c4a5c4a5c4a5c4a5c4a5";
    private static final int CLIENTS = 12;
    private static final int LONGEST_MILLIS = 2500;
    private static final Duration SETTLED = Duration.ofSeconds(15);

    private final Ledger ledger = new Ledger();
    private final Random random;
    private final Path directory;
    private final int rounds;

    private Crash(int rounds, Path directory, long seed) {
        this.rounds = rounds;
        this.directory = directory;
        this.random = new Random(seed);
    }

    /** Arguments: how many rounds, and the seed. Ends with status 1 when anything was lost or is left. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length == 0 ? 100 : Integer.parseInt(arguments[0]);
        long seed = arguments.length < 2 ? System.nanoTime() : Long.parseLong(arguments[1]);
        Path directory = Files.createTempDirectory("sandbar-crash");
        boolean clean = run(rounds, directory, seed);
        if (clean) FileSystemUtils.deleteRecursively(directory);
        else System.out.println("the last service's log: " + directory);
        System.exit(clean ? 0 : 1);
    }

    /** True when nothing was lost and nothing was left. */
    public static boolean run(int rounds, Path directory, long seed) throws IOException, InterruptedException {
        System.out.println("seed " + seed);
        return new Crash(rounds, directory, seed).rounds();
    }

    private boolean rounds() throws IOException, InterruptedException {
        for (int round = 1; round <= rounds; round++) {
            ledger.round(round);
            if (random.nextInt(5) == 0) dieWhileStarting();
            round(round);
        }
        Leftovers left = settle();
        System.out.println("left: " + left);
        System.out.printf(
                "%d rounds, %d sandboxes, %d commands, %d files, %d renewals, %d kills, %d refused, losses %d%n",
                rounds,
                ledger.created.get(),
                ledger.commands.get(),
                ledger.files.get(),
                ledger.renewals.get(),
                ledger.kills.get(),
                ledger.refused.get(),
                ledger.losses());
        return ledger.losses() == 0 && left.none();
    }

    private void round(int round) throws IOException, InterruptedException {
        ServiceProcess service = start();
        try {
            CrashClient client = new CrashClient(service.address(), KEY);
            Instant ready = Instant.now();
            Check check = new Check(client, ledger, ready);
            check.sandboxes();
            strangers(client, check);
            int millis = random.nextInt(LONGEST_MILLIS);
            load(client, millis, service);
            System.out.printf(
                    "round %d: killed after %d ms; %d sandboxes, losses %d%n",
                    round, millis, ledger.sandboxes.size(), ledger.losses());
        } finally {
            kill(service.pid());
            service.close();
        }
    }

    private void load(CrashClient client, int millis, ServiceProcess service) throws InterruptedException {
        List<Load> loads = IntStream.range(0, CLIENTS)
                .mapToObj(i -> new Load(client, ledger))
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        loads.forEach(threads::execute);
        threads.shutdown();
        TimeUnit.MILLISECONDS.sleep(millis);
        kill(service.pid());
        loads.forEach(Load::stop);
        if (!threads.awaitTermination(30, TimeUnit.SECONDS)) ledger.loss("a client hangs: a broken stream didn't end");
    }

    /** A start that dies half-way, anywhere in it. */
    private void dieWhileStarting() throws IOException, InterruptedException {
        Process process = ServiceProcess.launch(directory, settings(), ServiceProcess.BRIEF);
        TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(2500));
        kill(process.pid());
        process.waitFor();
    }

    /** What is on the machine and not in the list is nobody's. */
    private void strangers(CrashClient client, Check check) throws IOException, InterruptedException {
        Instant until = Instant.now().plus(SETTLED);
        Set<String> unknown;
        do {
            Set<String> listed = listed(client);
            Instant now = Instant.now();
            Leftovers found = Leftovers.of(instance());
            check.deadlines(now, ids(found.found().getOrDefault("processes", List.of())));
            unknown = ids(found.found().values().stream().flatMap(List::stream).toList());
            unknown.removeAll(listed);
            if (unknown.isEmpty()) return;
            TimeUnit.MILLISECONDS.sleep(100);
        } while (Instant.now().isBefore(until));
        ledger.loss("not recorded, but on the machine: " + unknown);
    }

    private static Set<String> listed(CrashClient client) throws IOException {
        return StreamSupport.stream(client.list().json().spliterator(), false)
                .map(sandbox -> sandbox.path("sandboxID").asString(""))
                .collect(Collectors.toSet());
    }

    private static Set<String> ids(List<String> things) {
        return things.stream().flatMap(thing -> Ids.in(thing).stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Ends all of them by the API, stops the service, and looks for what is left. */
    private Leftovers settle() throws IOException, InterruptedException {
        try (ServiceProcess service = start()) {
            CrashClient client = new CrashClient(service.address(), KEY);
            Check check = new Check(client, ledger, Instant.now());
            check.sandboxes();
            for (SandboxClaim sandbox : ledger.sandboxes.values()) {
                for (CommandClaim command : sandbox.commands.values()) {
                    check.follow(sandbox, command);
                    if (!command.over()) ledger.loss("command " + command.id + " never ended");
                }
            }
            for (Set<String> ids = listed(client); !ids.isEmpty(); ids = listed(client)) {
                for (String id : ids) client.kill(id);
            }
        }
        Leftovers left = Leftovers.of(instance());
        for (int tries = 0; !left.none() && tries < 50; tries++) {
            TimeUnit.MILLISECONDS.sleep(100);
            left = Leftovers.of(instance());
        }
        return left;
    }

    private ServiceProcess start() throws IOException {
        return new ServiceProcess(directory, settings(), ServiceProcess.BRIEF);
    }

    private static Map<String, String> settings() {
        return Map.of("SANDBAR_API_KEY", KEY);
    }

    private String instance() throws IOException {
        return Files.readString(directory.resolve("data/instance")).strip();
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
}

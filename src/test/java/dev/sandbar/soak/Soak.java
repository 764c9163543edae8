package dev.sandbar.soak;

import dev.sandbar.e2e.ServiceProcess;
import dev.sandbar.soak.SoakClient.Handle;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.util.FileSystemUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.PrematureCloseException;

/** Create, run, kill: so many times, a third of them cancelled at a random moment, 50 at a time. */
public final class Soak {

    private static final String KEY = "e2b_5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";
    private static final int WIDTH = 50;
    private static final int WARM_UP = 300;

    /** Threads by which bounded pools may still grow after a short warm-up: launches, ends, and a reaper for each process. */
    private static final int POOLS = 32 + 16 + 48;

    private static final Duration CYCLE_LIMIT = Duration.ofSeconds(60);

    private final Random random = new Random(20261101);
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();
    private final Set<String> owed = ConcurrentHashMap.newKeySet();
    private final SoakClient client;

    /** With connections of its own: a cancel that meets an answer may close a connection that is given to the next. */
    private final SoakClient leaver;

    private Soak(URI address) {
        this.client = new SoakClient(address, KEY);
        this.leaver = new SoakClient(address, KEY);
    }

    /** Argument: how many cycles. Ends with status 1 when anything is left or failed. */
    public static void main(String[] arguments) throws IOException {
        int cycles = arguments.length == 0 ? 10_000 : Integer.parseInt(arguments[0]);
        Path directory = Files.createTempDirectory("sandbar-soak");
        boolean clean = run(cycles, directory);
        FileSystemUtils.deleteRecursively(directory);
        System.exit(clean ? 0 : 1);
    }

    /** Runs against a service of its own; true when nothing was left and nothing failed. */
    public static boolean run(int cycles, Path directory) throws IOException {
        List<String> options = List.of("-Xmx512m", "-XX:+UseSerialGC", "-Dio.netty.leakDetection.level=paranoid");
        try (ServiceProcess service = new ServiceProcess(directory, Map.of("SANDBAR_API_KEY", KEY), options)) {
            String instance =
                    Files.readString(directory.resolve("data/instance")).strip();
            Soak soak = new Soak(service.address());
            soak.cycles(Math.min(WARM_UP, cycles));
            soak.cleanUp();
            Vitals before = Vitals.of(service.pid());
            long start = System.nanoTime();
            soak.cycles(cycles);
            soak.cleanUp();
            double seconds = (System.nanoTime() - start) / 1e9;
            Vitals after = Vitals.of(service.pid());
            Leftovers left = Leftovers.of(instance);
            long leaks = service.output()
                    .lines()
                    .filter(line -> line.contains("LEAK:"))
                    .count();
            System.out.printf(
                    "%d cycles in %.0f s (%.0f/s): %d done, %d cancelled, failed %s%n",
                    cycles, seconds, cycles / seconds, soak.done.get(), soak.cancelled.get(), soak.failures);
            System.out.println("left: " + left + "  buffers " + leaks);
            System.out.println("service before " + before + ", after " + after);
            return soak.failures.isEmpty() && left.none() && leaks == 0 && flat(before, after);
        }
    }

    private static boolean flat(Vitals before, Vitals after) {
        return after.descriptors() <= before.descriptors() + 8
                && after.heapKiB() <= before.heapKiB() * 1.15 + 2048
                && after.threads() <= before.threads() + POOLS;
    }

    private void cycles(int count) {
        Flux.range(0, count).flatMap(this::cycle, WIDTH).blockLast();
    }

    private Mono<Void> cycle(int number) {
        boolean leaves = number % 3 == 0;
        int patience = random.nextInt(250);
        Mono<Boolean> work = cycle(leaves ? leaver : client, number);
        return (leaves ? cutShort(work, Duration.ofMillis(patience)) : work)
                .doOnNext(ok -> done.incrementAndGet())
                .switchIfEmpty(Mono.fromRunnable(cancelled::incrementAndGet))
                .onErrorResume(this::failed)
                .then();
    }

    private Mono<Boolean> cycle(SoakClient through, int number) {
        return through.create()
                .doOnNext(sandbox -> owed.add(sandbox.id()))
                .flatMap(sandbox -> use(through, sandbox, number))
                .timeout(CYCLE_LIMIT);
    }

    private static Mono<Boolean> cutShort(Mono<Boolean> work, Duration patience) {
        return work.takeUntilOther(Mono.delay(patience))
                .onErrorResume(PrematureCloseException.class, closed -> Mono.empty());
    }

    private Mono<Boolean> use(SoakClient through, Handle sandbox, int number) {
        String text = "cycle " + number;
        return through.run(sandbox, "printf '%s' '" + text + "'")
                .filter(stream -> SoakClient.succeeded(stream, text))
                .switchIfEmpty(Mono.error(new IllegalStateException("wrong output")))
                .then(kill(sandbox.id()));
    }

    private Mono<Boolean> kill(String id) {
        return client.kill(id).doOnNext(killed -> owed.remove(id));
    }

    private Mono<Boolean> failed(Throwable error) {
        String what = String.valueOf(error.getMessage());
        failures.computeIfAbsent(what, key -> new AtomicInteger()).incrementAndGet();
        return Mono.empty();
    }

    /** Ends what cancelled cycles have left running: that is theirs, not the service's. */
    private void cleanUp() {
        Flux.fromIterable(List.copyOf(owed)).flatMap(this::kill, WIDTH).blockLast();
        Mono.defer(client::list)
                .flatMapMany(page -> Flux.fromIterable(page))
                .flatMap(sandbox -> client.kill(sandbox.get("sandboxID").asString()), WIDTH)
                .then(Mono.defer(client::list))
                .filter(page -> page.isEmpty())
                .repeatWhenEmpty(100, again -> again.delayElements(Duration.ofMillis(100)))
                .block();
    }
}

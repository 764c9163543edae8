package dev.sandbar.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.e2e.ServiceProcess;
import dev.sandbar.soak.Leftovers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** A data directory, and the service that runs on it; one after the other, however each of them ends. */
final class House implements AutoCloseable {

    static final String KEY = "e2b_" + "5c".repeat(20);

    /** For all that is waited for and has no time of its own: generous, since machines may be busy. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    /** So many sizes, {@code size-0} and on, of which each costs {@link #PRICE} an hour. */
    static final int SIZES = 50;

    static final double PRICE = 0.6;

    private static final Pattern SANDBOX = Pattern.compile("\\bi[a-z0-9]{20}\\b");

    private final Path directory;
    private final Map<String, String> settings;
    private ServiceProcess service;
    private Api api;

    House(Path directory, Map<String, String> more) {
        this.directory = directory;
        this.settings = new HashMap<>(more);
        this.settings.put("SANDBAR_API_KEY", KEY);
        this.settings.put("SANDBAR_SESSIONS_HARDWARE", catalogue(directory).toString());
        this.service = start();
        this.api = new Api(service.address(), KEY);
    }

    private static Path catalogue(Path directory) {
        String size = "  %s: {cpus: 1, memory: 256MB, disk: 256MB, processes: 64, usd-per-hour: %s}%n";
        String sizes = IntStream.range(0, SIZES)
                .mapToObj(i -> size.formatted("size-" + i, PRICE))
                .collect(Collectors.joining());
        String text = "default: cpu-basic%nhardware:%n  cpu-basic: {usd-per-hour: 0}%n".formatted()
                + size.formatted("cpu-upgrade", "0.05")
                + sizes;
        try {
            return Files.writeString(directory.resolve("hardware.yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ServiceProcess start() {
        try {
            return new ServiceProcess(directory, settings, ServiceProcess.BRIEF);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Api api() {
        return api;
    }

    /** As {@code kill -9}; the next service has to be started. */
    void kill() {
        ProcessHandle process = ProcessHandle.of(service.pid()).orElseThrow();
        process.destroyForcibly();
        Awaitility.await().atMost(LIMIT).until(() -> !process.isAlive());
        assertSound();
    }

    /** The next service, on the same data. */
    void open() {
        service = start();
        api = new Api(service.address(), KEY);
    }

    /** A normal stop; the next service has to be started. */
    void stop() {
        service.stop();
        assertSound();
    }

    /** A normal stop and a start. */
    void restart() {
        stop();
        open();
    }

    /** The ids of all sandboxes of which this machine shows anything. */
    Set<String> onTheMachine() {
        return found().found().values().stream()
                .flatMap(List::stream)
                .flatMap(thing -> SANDBOX.matcher(thing).results())
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Processes of one sandbox by their name, as {@code ps} shows it. */
    List<Long> processes(String sandboxId, String name) {
        return found().found().getOrDefault("processes", List.of()).stream()
                .map(process -> process.split(" ", 3))
                .filter(process -> process[2].equals(sandboxId) && process[1].equals(name))
                .map(process -> Long.valueOf(process[0]))
                .toList();
    }

    private Leftovers found() {
        try {
            return Leftovers.of(
                    Files.readString(directory.resolve("data/instance")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing is on the machine but the sandboxes that the list shows. */
    void assertNoOrphans() {
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(onTheMachine()).isEqualTo(api.sandboxes()));
    }

    /** No session lives, no sandbox is listed, and nothing of one is left. */
    void assertEmpty() {
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(api.sandboxes()).isEmpty();
            assertThat(onTheMachine()).isEmpty();
        });
    }

    private void assertSound() {
        assertThat(service.output()).doesNotContain("LEAK:", "\tat ", " ERROR ");
    }

    @Override
    public void close() {
        service.stop();
        assertSound();
    }
}

package dev.sandbar.bench;

import dev.sandbar.e2e.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** From the start of a service that was killed to its first list, which holds all the sandboxes that it had. */
final class Recoveries {

    private static final int CREATORS = 16;

    private final Path directory;
    private final String key;
    private final int sandboxes;
    private final int rounds;

    Recoveries(Path directory, String key, boolean brief) throws IOException {
        this.directory = Files.createDirectories(directory.resolve("recovery"));
        this.key = key;
        this.sandboxes = brief ? 100 : 1000;
        this.rounds = brief ? 2 : 5;
    }

    Row measure() throws Exception {
        Samples empty = new Samples();
        Samples full = new Samples();
        restart(empty, service -> {});
        restart(empty, this::createAll);
        try {
            for (int i = 0; i < rounds; i++) {
                restart(full, service -> {});
            }
        } finally {
            endAll();
        }
        return Row.note(
                "restart after kill -9, " + sandboxes + " sandboxes", Row.millis(full), Row.millis(empty) + " (none)");
    }

    private void restart(Samples times, Work work) throws Exception {
        long start = System.nanoTime();
        try (ServiceProcess service = start("keep")) {
            try (Api api = new Api(service.address(), key)) {
                api.list();
            }
            times.addMillisSince(start);
            work.with(service);
            ProcessHandle.of(service.pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private void createAll(ServiceProcess service) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CREATORS);
        Callable<Void> creator = () -> create(service);
        for (Future<Void> done : threads.invokeAll(
                IntStream.range(0, CREATORS).mapToObj(i -> creator).toList())) {
            done.get();
        }
        threads.shutdown();
    }

    private Void create(ServiceProcess service) throws IOException {
        try (Api api = new Api(service.address(), key)) {
            for (int i = 0; i < sandboxes / CREATORS; i++) {
                api.create();
            }
        }
        return null;
    }

    private void endAll() throws IOException {
        try (ServiceProcess service = start("end");
                Api api = new Api(service.address(), key)) {
            api.list();
        }
    }

    private ServiceProcess start(String onStop) throws IOException {
        Map<String, String> settings = Map.of("SANDBAR_API_KEY", key, "SANDBAR_ONSTOP", onStop);
        return new ServiceProcess(directory, settings, ServiceProcess.SMALL);
    }

    /** Something to be done with a service that runs. */
    @FunctionalInterface
    private interface Work {
        void with(ServiceProcess service) throws Exception;
    }
}

package dev.sandbar.bench;

import dev.sandbar.bench.Api.Handle;
import dev.sandbar.runtime.local.BareLaunches;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Creating sandboxes, one after the other and many at once, against launching the same processes. */
final class Creations {

    static final int AT_ONCE = 50;

    private final Target target;
    private final BareLaunches bare;
    private int number;

    Creations(Target target, BareLaunches bare) {
        this.target = target;
        this.bare = bare;
    }

    Row oneByOne() throws IOException {
        Samples ours = new Samples();
        Samples floor = new Samples();
        try (Api api = target.connect()) {
            for (int i = 0; i < target.times(60, 300); i++) {
                bareLaunch(floor);
                create(api, ours);
            }
        }
        return Row.times("create, against the bare launch", ours, floor, 2, Double.MAX_VALUE);
    }

    Row atOnce() throws Exception {
        Samples ours = new Samples();
        Samples floor = new Samples();
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            for (int i = 0; i < target.times(3, 12); i++) {
                launchMany(threads, floor);
                createMany(threads, ours);
            }
        } finally {
            threads.shutdown();
        }
        return Row.times(AT_ONCE + " creates at once, against bare launches", ours, floor, 1.3, Double.MAX_VALUE);
    }

    private void create(Api api, Samples times) throws IOException {
        long start = System.nanoTime();
        Handle sandbox = api.create();
        times.addMillisSince(start);
        api.kill(sandbox);
    }

    private void bareLaunch(Samples times) throws IOException {
        String id = nextId();
        try {
            List<String> line = bare.prepare(id);
            long start = System.nanoTime();
            bare.launch(line);
            times.addMillisSince(start);
        } finally {
            bare.destroy(id);
        }
    }

    private void createMany(ExecutorService threads, Samples times) throws Exception {
        List<Api> clients = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            Api client = target.connect();
            client.health();
            clients.add(client);
        }
        List<Handle> made =
                AtOnce.run(threads, clients.stream().map(Creations::creation).toList(), times);
        for (int i = 0; i < AT_ONCE; i++) {
            clients.get(i).kill(made.get(i));
            clients.get(i).close();
        }
    }

    private static Callable<Handle> creation(Api client) {
        return client::create;
    }

    private void launchMany(ExecutorService threads, Samples times) throws Exception {
        List<String> ids = new ArrayList<>();
        List<Callable<String>> launches = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            String id = nextId();
            ids.add(id);
            launches.add(launch(id, bare.prepare(id)));
        }
        try {
            AtOnce.run(threads, launches, times);
        } finally {
            for (String id : ids) {
                bare.destroy(id);
            }
        }
    }

    private Callable<String> launch(String id, List<String> line) {
        return () -> {
            bare.launch(line);
            return id;
        };
    }

    private String nextId() {
        return "ibench" + number++;
    }
}

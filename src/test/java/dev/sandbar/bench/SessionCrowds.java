package dev.sandbar.bench;

import dev.sandbar.bench.Api.Handle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Many sessions of one owner at once, whose sandboxes are made one at a time, against as many sandboxes at once. */
final class SessionCrowds {

    private static final int AT_ONCE = 200;

    private final Target target;
    private final Samples answers = new Samples();
    private final Samples all = new Samples();
    private final Samples plainAnswers = new Samples();
    private final Samples plainAll = new Samples();

    SessionCrowds(Target target) {
        this.target = target;
    }

    List<Row> measure() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            for (int i = 0; i < target.times(1, 4); i++) {
                sandboxes(threads);
                sessions(threads);
            }
        } finally {
            threads.shutdown();
        }
        return List.of(
                Row.times(AT_ONCE + " sessions at once, answers", answers, plainAnswers, 1, Double.MAX_VALUE),
                Row.compared("  until all have their sandbox", all, plainAll));
    }

    private void sessions(ExecutorService threads) throws Exception {
        List<SessionApi> clients = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            SessionApi client = new SessionApi(target);
            client.health();
            clients.add(client);
        }
        List<Callable<String>> openings = new ArrayList<>();
        clients.forEach(client -> openings.add(() -> timed(client::open, answers)));
        long start = System.nanoTime();
        List<String> made = AtOnce.run(threads, openings, new Samples());
        SessionApi one = clients.get(0);
        for (String session : made) {
            one.await(session, "ready");
        }
        all.addMillisSince(start);
        for (String session : made) {
            one.end(session);
        }
        close(clients);
    }

    private void sandboxes(ExecutorService threads) throws Exception {
        List<Api> clients = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            Api client = target.connect();
            client.health();
            clients.add(client);
        }
        List<Callable<Handle>> creations = new ArrayList<>();
        clients.forEach(client -> creations.add(() -> timed(client::create, plainAnswers)));
        for (Handle sandbox : AtOnce.run(threads, creations, plainAll)) {
            clients.get(0).kill(sandbox);
        }
        close(clients);
    }

    private static void close(List<? extends AutoCloseable> clients) throws Exception {
        for (AutoCloseable client : clients) {
            client.close();
        }
    }

    private static <T> T timed(Callable<T> call, Samples times) throws Exception {
        long start = System.nanoTime();
        T result = call.call();
        times.addMillisSince(start);
        return result;
    }
}

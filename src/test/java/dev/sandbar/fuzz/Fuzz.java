package dev.sandbar.fuzz;

import dev.sandbar.e2e.ServiceProcess;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * Sends damaged requests to all routes of a service: so many, of a seed, over connections that are kept. Wrong are a
 * status of 500, no answer at all, a path of the host or a trace in an answer, a failure in the log, and a service that
 * doesn't answer others meanwhile.
 */
public final class Fuzz {

    private static final String KEY = "e2b_6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f";
    private static final int WIDTH = 16;
    private static final int RENEWAL = 300;
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("SANDBAR_API_KEY", KEY),
            Map.entry("SANDBAR_HTTP_HEAD", "400ms"),
            Map.entry("SANDBAR_HTTP_BODY", "400ms"),
            Map.entry("SANDBAR_SANDBOXES_MOST", "60"),
            Map.entry("SANDBAR_SANDBOXES_LONGEST", "2m"),
            Map.entry("SANDBAR_SESSIONS_LEASE", "2m"));

    private final int port;
    private final Findings findings;
    private final AtomicInteger left;
    private volatile boolean over;

    private Fuzz(int port, int requests, Findings findings) {
        this.port = port;
        this.left = new AtomicInteger(requests);
        this.findings = findings;
    }

    /** Arguments: how many requests, and a seed. Ends with status 1 when anything was found. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int requests = arguments.length == 0 ? 100_000 : Integer.parseInt(arguments[0]);
        long seed = arguments.length < 2 ? System.nanoTime() : Long.parseLong(arguments[1]);
        Path directory = Files.createTempDirectory("sandbar-fuzz");
        boolean clean = run(requests, seed, directory);
        FileSystemUtils.deleteRecursively(directory);
        System.exit(clean ? 0 : 1);
    }

    /** Runs against a service of its own; true when nothing was found. */
    public static boolean run(int requests, long seed, Path directory) throws IOException, InterruptedException {
        Findings findings = new Findings(List.of(directory.toString(), "/var/lib/sandbar", "/var/tmp/sandbar"));
        List<String> options = List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        long begin = System.nanoTime();
        try (ServiceProcess service = new ServiceProcess(directory, SETTINGS, options)) {
            new Fuzz(service.address().getPort(), requests, findings).run(seed);
            findings.addFailures(service.output());
        }
        System.out.printf(
                "%d damaged requests of seed %d in %.0f s%n", requests, seed, (System.nanoTime() - begin) / 1e9);
        System.out.println(findings);
        return findings.none();
    }

    private void run(long seed) throws InterruptedException, IOException {
        Thread watcher = new Thread(this::watch);
        watcher.start();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < WIDTH; i++) {
            Mutator mutator = new Mutator(seed * 31 + i);
            workers.add(new Thread(() -> work(mutator)));
        }
        workers.forEach(Thread::start);
        for (Thread worker : workers) worker.join();
        over = true;
        watcher.join();
    }

    private void work(Mutator mutator) {
        List<Message> corpus = List.of();
        FuzzConnection connection = null;
        try {
            for (int done = 0; left.getAndDecrement() > 0; done++) {
                if (done % RENEWAL == 0) corpus = corpus();
                connection = ask(connection, mutator, corpus);
            }
        } catch (IOException | RuntimeException failed) {
            findings.add("the test itself: " + failed);
        } finally {
            if (connection != null) connection.close();
        }
    }

    private @Nullable FuzzConnection ask(@Nullable FuzzConnection kept, Mutator mutator, List<Message> corpus)
            throws IOException {
        FuzzConnection connection = kept == null ? new FuzzConnection(port) : kept;
        Message message = mutator.damage(mutator.any(corpus));
        boolean torn = mutator.tears();
        byte[] request = torn ? mutator.tear(message) : message.bytes();
        boolean open = false;
        try {
            FuzzConnection.Answer answer = connection.ask(request);
            findings.judge(request, answer);
            open = answer.open() && message.whole() && !torn;
        } catch (SocketTimeoutException hang) {
            findings.add("no answer", request, "");
        } catch (RuntimeException malformed) {
            findings.add("a malformed answer: " + malformed.getMessage(), request, "");
        }
        if (open) return connection;
        connection.close();
        return null;
    }

    /** While all that goes on, others are served. */
    private void watch() {
        byte[] health = Message.of("GET", "/health", List.of(), "").bytes();
        while (!over) {
            try (FuzzConnection connection = new FuzzConnection(port)) {
                long begin = System.nanoTime();
                int status = connection.ask(health).status();
                long millis = (System.nanoTime() - begin) / 1_000_000;
                if (status != 200 || millis > 10_000) findings.add("/health: " + status + " in " + millis + " ms");
                LockSupport.parkNanos(100_000_000);
            } catch (IOException dead) {
                findings.add("/health isn't answered: " + dead);
                return;
            }
        }
    }

    /** About a sandbox and a session that are there now. */
    private List<Message> corpus() throws IOException {
        String sandbox = create("/v2/sandboxes", "{\"templateID\":\"base\",\"timeout\":30,\"secure\":true}");
        String session = create("/sessions", "{\"title\":\"t\"}");
        return Corpus.of(
                KEY, field(sandbox, "sandboxID"), field(sandbox, "envdAccessToken"), field(session, "sessionID"));
    }

    private String create(String target, String body) throws IOException {
        Message message =
                Message.of("POST", target, List.of("X-API-Key: " + KEY, "Content-Type: application/json"), body);
        try (FuzzConnection connection = new FuzzConnection(port)) {
            return connection.ask(message.bytes()).text();
        }
    }

    /** Where nothing could be made, since there are too many by now, requests are about nothing. */
    private static String field(String answer, String name) {
        Matcher field = Pattern.compile("\"" + name + "\":\"([^\"]+)\"").matcher(answer);
        return field.find() ? field.group(1) : "none";
    }
}

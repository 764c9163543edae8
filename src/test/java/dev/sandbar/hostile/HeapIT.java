package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.e2e.ServiceProcess;
import dev.sandbar.soak.SoakClient;
import dev.sandbar.soak.SoakClient.Handle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What asks the service for more memory than it has. */
@Tag("alone")
class HeapIT {

    private static final String KEY = "e2b_2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f2f";
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration PROMPTLY = Duration.ofSeconds(20);
    private static final int NAMES = 5_000;
    private static final int LISTINGS = 24;
    private static final String MANY_NAMES = "mkdir d && cd d && perl -e 'open F, \">a\"; close F;" + " for (2.."
            + NAMES + ") { link \"a\", sprintf(\"%0250d\", $_) or die }' && echo made";
    private static final Pattern ADDRESS = Pattern.compile("ready in \\S+ s on (http://127\\.0\\.0\\.1:\\d+)(?=\\s)");
    private static final List<String> OPTIONS = List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    /** One of them has 3.4 MB, and as objects several times as much. */
    @Test
    void listingsOfManyLongNamesAtOnceFitIntoASmallHeapAndHoldUpNobody() throws Exception {
        try (ServiceProcess service = new ServiceProcess(directory, Map.of("SANDBAR_API_KEY", KEY), OPTIONS)) {
            SoakClient client = new SoakClient(service.address(), KEY);
            Handle attacker = Objects.requireNonNull(client.create().block(LIMIT));
            Handle neighbour = Objects.requireNonNull(client.create().block(LIMIT));
            assertWorks(client, attacker, MANY_NAMES, "made\n");
            List<CompletableFuture<Long>> listings = Stream.generate(() -> entries(service, attacker))
                    .limit(LISTINGS)
                    .toList();
            for (int i = 0; i < 10; i++) assertWorks(client, neighbour, "echo works", "works\n");
            for (CompletableFuture<Long> listing : listings) {
                assertThat(listing.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(NAMES);
            }
            assertThat(service.output()).doesNotContain("OutOfMemory", "LEAK:", "\tat ");
            assertThat(client.kill(attacker.id()).block(LIMIT)).isTrue();
            assertThat(client.kill(neighbour.id()).block(LIMIT)).isTrue();
        }
    }

    /** How many entries the listing has; each is counted as it comes, so that this process holds none. */
    private CompletableFuture<Long> entries(ServiceProcess service, Handle sandbox) {
        AtomicLong braces = new AtomicLong(); // each entry has one that opens, and so has the answer
        HttpRequest request = HttpRequest.newBuilder(service.address().resolve("/filesystem.Filesystem/ListDir"))
                .header("E2b-Sandbox-Id", sandbox.id())
                .header("E2b-Sandbox-Port", "49983")
                .header("X-Access-Token", sandbox.token())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"path\":\"/home/user/d\"}"))
                .build();
        return http.sendAsync(
                        request,
                        HttpResponse.BodyHandlers.ofByteArrayConsumer(
                                bytes -> bytes.ifPresent(some -> braces.addAndGet(braces(some)))))
                .thenApply(answer -> answer.statusCode() == 200 ? braces.get() - 1 : -1);
    }

    private static long braces(byte[] bytes) {
        long count = 0;
        for (byte octet : bytes) if (octet == '{') count++;
        return count;
    }

    /** As by the kernel, when the machine is full. */
    @Test
    void aServiceThatIsKilledIsStartedAgainAndTakesItsSandboxesUp() throws Exception {
        String keeper = Path.of("src/main/sh/keep.sh").toAbsolutePath().toString();
        Process kept =
                ServiceProcess.launch(directory, Map.of("SANDBAR_API_KEY", KEY), ServiceProcess.BRIEF, List.of(keeper));
        try {
            SoakClient before = new SoakClient(URI.create(address(1)), KEY);
            Handle sandbox = Objects.requireNonNull(before.create().block(LIMIT));
            assertWorks(before, sandbox, "echo kept > file; echo made", "made\n");
            kept.children().forEach(ProcessHandle::destroyForcibly);
            SoakClient after = new SoakClient(URI.create(address(2)), KEY);
            assertWorks(after, sandbox, "cat file", "kept\n");
            assertThat(after.kill(sandbox.id()).block(LIMIT)).isTrue();
        } finally {
            kept.destroy();
            kept.waitFor();
        }
        assertThat(kept.exitValue()).isEqualTo(143);
    }

    /** What it has printed by its n-th start. */
    private String address(int start) {
        return Awaitility.await()
                .atMost(LIMIT)
                .until(() -> addresses().size() >= start ? addresses().get(start - 1) : "", found -> !found.isEmpty());
    }

    private List<String> addresses() throws IOException {
        return ADDRESS.matcher(Files.readString(directory.resolve("service.log")))
                .results()
                .map(ready -> ready.group(1))
                .toList();
    }

    private static void assertWorks(SoakClient client, Handle sandbox, String line, String output) {
        byte[] stream = client.run(sandbox, line).block(PROMPTLY);
        assertThat(SoakClient.succeeded(Objects.requireNonNull(stream), output)).isTrue();
    }
}

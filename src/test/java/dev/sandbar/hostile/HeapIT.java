package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.e2e.ServiceProcess;
import dev.sandbar.soak.SoakClient;
import dev.sandbar.soak.SoakClient.Handle;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;

/** What asks the service for more memory than it has. */
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
            CompletableFuture<@Nullable List<Long>> listings = Flux.range(0, LISTINGS)
                    .flatMap(i -> entries(service, attacker), LISTINGS)
                    .collectList()
                    .toFuture();
            for (int i = 0; i < 10; i++) assertWorks(client, neighbour, "echo works", "works\n");
            assertThat(listings.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .hasSize(LISTINGS)
                    .containsOnly((long) NAMES);
            assertThat(service.output()).doesNotContain("OutOfMemory", "LEAK:", "\tat ");
            assertThat(client.kill(attacker.id()).block(LIMIT)).isTrue();
            assertThat(client.kill(neighbour.id()).block(LIMIT)).isTrue();
        }
    }

    /** How many entries the listing has; each is counted as it comes, so that this process holds none. */
    private static Mono<Long> entries(ServiceProcess service, Handle sandbox) {
        return HttpClient.create()
                .headers(headers -> headers.set("E2b-Sandbox-Id", sandbox.id())
                        .set("E2b-Sandbox-Port", "49983")
                        .set("X-Access-Token", sandbox.token())
                        .set("Content-Type", "application/json"))
                .post()
                .uri(service.address() + "/filesystem.Filesystem/ListDir")
                .send(ByteBufFlux.fromString(Mono.just("{\"path\":\"/home/user/d\"}")))
                .response((response, body) -> body.asByteArray().reduce(-1L, (count, bytes) -> count + braces(bytes)))
                .single();
    }

    /** Each entry has one brace that opens, and so has the answer. */
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
                ServiceProcess.launch(directory, Map.of("SANDBAR_API_KEY", KEY), ServiceProcess.SMALL, List.of(keeper));
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

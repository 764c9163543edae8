package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.e2e.ServiceProcess;
import dev.sandbar.soak.SoakClient;
import dev.sandbar.soak.SoakClient.Handle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of connections without a key that send nothing, from one address: others are served as before. */
@Tag("alone")
class IdleCrowdIT {

    private static final String KEY = "e2b_" + "7c".repeat(20);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CROWD = 6_000;
    private static final int ADMITTED = 5_000;
    private static final int CALLS = 20;
    private static final int TIMES = 5;
    private static final long FLOOR_NANOS = Duration.ofMillis(20).toNanos();

    @TempDir
    Path directory;

    private final List<Socket> crowd = new ArrayList<>();

    @Test
    void idleConnectionsTakeNothingThatOthersNeedAndEndByThemselves() throws Exception {
        Map<String, String> settings = Map.of("SANDBAR_API_KEY", KEY, "SANDBAR_HTTP_HEAD", "15s");
        try (ServiceProcess service = new ServiceProcess(directory, settings, ServiceProcess.BRIEF)) {
            SoakClient client = new SoakClient(service.address(), KEY);
            Handle bystander = Objects.requireNonNull(client.create().block(LIMIT));
            long[] calm = latencies(client, bystander);
            long limit = TIMES * Math.max(calm[CALLS * 95 / 100 - 1], FLOOR_NANOS);
            long before = descriptors(service);
            for (int i = 0; i < CROWD; i++) crowd.add(connect(service.address().getPort()));
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(descriptors(service) - before)
                            .isBetween((long) ADMITTED - CALLS, (long) ADMITTED + CALLS));
            assertThat(latencies(client, bystander)[CALLS / 2]).isLessThanOrEqualTo(limit);
            Handle another = Objects.requireNonNull(client.create().block(LIMIT));
            Awaitility.await().atMost(LIMIT).until(() -> descriptors(service) < before + CALLS);
            assertThat(client.kill(another.id()).block(LIMIT)).isTrue();
            assertThat(client.kill(bystander.id()).block(LIMIT)).isTrue();
            assertThat(service.output()).doesNotContain("LEAK:", "\tat ");
        } finally {
            for (Socket one : crowd) one.close();
        }
    }

    private static Socket connect(int port) throws IOException {
        InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        return new Socket(here, port, InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), 0);
    }

    private static long descriptors(ServiceProcess service) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(service.pid()), "fd"))) {
            return open.count();
        }
    }

    private static long[] latencies(SoakClient client, Handle sandbox) {
        return LongStream.range(0, CALLS)
                .map(i -> {
                    long start = System.nanoTime();
                    byte[] stream = client.run(sandbox, "echo works").block(LIMIT);
                    assertThat(SoakClient.succeeded(Objects.requireNonNull(stream), "works\n"))
                            .isTrue();
                    return System.nanoTime() - start;
                })
                .sorted()
                .toArray();
    }
}

package dev.sandbar.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.crash.CrashClient.Answer;
import dev.sandbar.e2e.ServiceProcess;
import dev.sandbar.soak.Leftovers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Creations with a key whose service is killed, and that are asked for again at the next one. */
class IdempotencyIT {

    private static final String KEY = "e2b_1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int KILLS = 6;

    @TempDir
    Path directory;

    @Test
    void answeredCreationIsAnsweredAlikeByTheNextRun() throws Exception {
        String first;
        try (ServiceProcess service = start("keep")) {
            first = created(client(service), "answered");
            kill(service);
        }
        try (ServiceProcess service = start("end")) {
            CrashClient client = client(service);
            assertThat(created(client, "answered")).isEqualTo(first);
            assertThat(client.create(601, "answered").status()).isEqualTo(422);
            assertThat(running(client)).hasSize(1);
        }
    }

    /** The kill comes a little later each time: before, within and after about the time that a creation takes. */
    @Test
    void creationsThatAKillHasCutOffAreOneSandboxEach() throws Exception {
        Set<String> made = new HashSet<>();
        ServiceProcess service = start("keep");
        try {
            for (int round = 0; round < KILLS; round++) {
                String key = "round" + round;
                CrashClient victim = client(service);
                Duration takes = warmUp(victim);
                CompletableFuture<@Nullable Answer> cut = CompletableFuture.supplyAsync(() -> create(victim, key));
                TimeUnit.NANOSECONDS.sleep(takes.toNanos() * round / (KILLS - 2));
                kill(service);
                Answer early = cut.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                service.close();
                service = start("keep");
                String again = created(client(service), key);
                if (early != null) assertThat(again).isEqualTo(early.body());
                made.add(again);
                assertThat(running(client(service))).hasSize(round + 1);
            }
            assertThat(made).hasSize(KILLS);
            ServiceProcess last = service;
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(Leftovers.of(instance()).found().get("directories"))
                                    .hasSameSizeAs(running(client(last))));
        } finally {
            service.close();
            start("end").close();
        }
        assertThat(Leftovers.of(instance()).none()).isTrue();
    }

    /** How long a creation takes when it isn't the first one. */
    private static Duration warmUp(CrashClient client) throws IOException {
        Duration taken = Duration.ZERO;
        for (int i = 0; i < 3; i++) {
            long begin = System.nanoTime();
            Answer answer = client.create(600);
            taken = Duration.ofNanos(System.nanoTime() - begin);
            client.kill(answer.json().path("sandboxID").asString(""));
        }
        return taken;
    }

    /** Null when the connection broke before there was an answer. */
    private static @Nullable Answer create(CrashClient client, String key) {
        try {
            Answer answer = client.create(600, key);
            assertThat(answer.status()).as(answer.body()).isEqualTo(201);
            return answer;
        } catch (IOException broken) {
            return null;
        }
    }

    private static String created(CrashClient client, String key) throws IOException {
        Answer answer = client.create(600, key);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        String id = answer.json().path("sandboxID").asString("");
        assertThat(client.get(id).body()).contains("\"running\"");
        return answer.body();
    }

    private static List<String> running(CrashClient client) {
        try {
            return client.list()
                    .json()
                    .valueStream()
                    .map(sandbox -> sandbox.path("sandboxID").asString(""))
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private ServiceProcess start(String onStop) throws IOException {
        Map<String, String> settings = Map.of("SANDBAR_API_KEY", KEY, "SANDBAR_ONSTOP", onStop);
        return new ServiceProcess(directory, settings, ServiceProcess.BRIEF);
    }

    private static CrashClient client(ServiceProcess service) {
        return new CrashClient(service.address(), KEY);
    }

    private static void kill(ServiceProcess service) {
        ProcessHandle process = ProcessHandle.of(service.pid()).orElseThrow();
        process.destroyForcibly();
        Awaitility.await().atMost(LIMIT).until(() -> !process.isAlive());
    }

    private String instance() throws IOException {
        return Files.readString(directory.resolve("data/instance")).strip();
    }
}

package dev.sandbar.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.crash.CrashClient.Answer;
import dev.sandbar.crash.SandboxClaim.Span;
import dev.sandbar.e2e.ServiceProcess;
import dev.sandbar.runtime.local.LocalSettings;
import dev.sandbar.soak.Leftovers;
import dev.sandbar.store.Change;
import dev.sandbar.store.Document;
import dev.sandbar.store.sqlite.SqliteSettings;
import dev.sandbar.store.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of sandboxes when their service ends, and when it comes back. */
class RestartIT {

    private static final String KEY = "e2b_1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int LINES = 150;

    private final Ledger ledger = new Ledger();

    @TempDir
    Path directory;

    @Test
    void sandboxesWithFilesAndRunningCommandsOutliveANormalStop() throws Exception {
        outlives(ServiceProcess::close);
    }

    @Test
    void sandboxesWithFilesAndRunningCommandsOutliveAKill() throws Exception {
        outlives(RestartIT::kill);
    }

    private void outlives(Consumer<ServiceProcess> end) throws Exception {
        SandboxClaim sandbox;
        CommandClaim command = new CommandClaim("outlives", LINES, 7);
        try (ServiceProcess service = start(Map.of())) {
            CrashClient client = client(service);
            sandbox = create(client, 600);
            assertThat(client.write(sandbox, "/home/user/kept", "as it was").status())
                    .isEqualTo(200);
            sandbox.files.put("/home/user/kept", "as it was");
            assertThat(client.start(sandbox.id, command).status()).isEqualTo(201);
            command.acknowledged = true;
            sandbox.commands.put(command.id, command);
            readSome(client, sandbox, command);
            end.accept(service);
        }
        TimeUnit.MILLISECONDS.sleep(500); // it prints on while no service is there
        try (ServiceProcess service = start(Map.of())) {
            Check check = new Check(client(service), ledger, Instant.now());
            check.sandboxes();
            assertThat(ledger.sandboxes).containsKey(sandbox.id);
            check.follow(sandbox, command);
            assertThat(command.cause()).isEqualTo("exited");
            assertThat(service.output()).contains("1 sandbox");
            assertThat(client(service).kill(sandbox.id).status()).isEqualTo(204);
            assertThat(Leftovers.of(instance()).none()).isTrue();
        }
        assertThat(ledger.losses()).isZero();
    }

    private static void readSome(CrashClient client, SandboxClaim sandbox, CommandClaim command) throws IOException {
        try (Sse stream = client.output(sandbox.id, command.id, 0)) {
            for (int i = 0; i < 5; i++) {
                Sse.Event event = stream.next();
                assertThat(event).isNotNull();
                assertThat(command.take(
                                event.id(),
                                event.type(),
                                tools.jackson.databind.json.JsonMapper.shared().readTree(event.data())))
                        .isNull();
            }
        }
    }

    @Test
    void normalStopSaysHowManySandboxesGoOn() throws Exception {
        try (ServiceProcess service = start(Map.of())) {
            SandboxClaim sandbox = create(client(service), 600);
            service.stop();
            assertThat(service.output()).containsPattern("1 sandbox(es)? .*go(es)? on");
            assertThat(Leftovers.of(instance()).found().get("directories")).hasSize(1);
            assertThat(Leftovers.of(instance()).toString()).contains(sandbox.id);
        }
        endAll();
    }

    @Test
    void normalStopEndsThemWhereThatIsSet() throws Exception {
        try (ServiceProcess service = start(Map.of("SANDBAR_ONSTOP", "end"))) {
            create(client(service), 600);
            service.stop();
            assertThat(service.output()).containsPattern("1 sandbox(es)? .*ended");
            assertThat(Leftovers.of(instance()).none()).isTrue();
        }
    }

    @Test
    void deadlineThatPassedMeanwhileIsAppliedAtTheNextStart() throws Exception {
        SandboxClaim sandbox;
        try (ServiceProcess service = start(Map.of())) {
            sandbox = create(client(service), 3);
            kill(service);
        }
        TimeUnit.SECONDS.sleep(3);
        try (ServiceProcess service = start(Map.of())) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(2))
                    .until(() -> Leftovers.of(instance()).none());
            assertThat(client(service).get(sandbox.id).status()).isEqualTo(404);
            assertThat(lastEvent(client(service), sandbox)).contains("\"expired\"");
        }
    }

    @Test
    void twoInstancesLeaveEachOthersSandboxesAlone() throws Exception {
        try (ServiceProcess one = start(Map.of())) {
            SandboxClaim sandbox = create(client(one), 600);
            Path elsewhere = Files.createDirectories(directory.resolve("other"));
            Map<String, String> settings = Map.of("SANDBAR_API_KEY", KEY);
            new ServiceProcess(elsewhere, settings, ServiceProcess.BRIEF).close();
            kill(one);
            new ServiceProcess(elsewhere, settings, ServiceProcess.BRIEF).close();
            assertThat(Leftovers.of(instance()).toString()).contains(sandbox.id);
        }
        endAll();
    }

    @Test
    void restartOfTheMachineEndsSandboxesAndKeepsTheirFilesForAWhile() throws Exception {
        SandboxClaim sandbox;
        CommandClaim command = new CommandClaim("cut", LINES, 7);
        try (ServiceProcess service = start(Map.of())) {
            sandbox = create(client(service), 600);
            assertThat(client(service)
                            .write(sandbox, "/home/user/kept", "as it was")
                            .status())
                    .isEqualTo(200);
            assertThat(client(service).start(sandbox.id, command).status()).isEqualTo(201);
        }
        pretendRestart(sandbox.id);
        try (ServiceProcess service = start(Map.of("SANDBAR_SANDBOXES_ENDED_FILES", "8s"))) {
            CrashClient client = client(service);
            assertThat(client.get(sandbox.id).status()).isEqualTo(404);
            assertThat(lastEvent(client, sandbox)).contains("sandbox.ended").contains("\"host-restart\"");
            assertThat(client.command(sandbox.id, command.id).body()).contains("\"cause\":\"host-restart\"");
            Path kept = LocalSettings.of(instance()).runDirectory().resolve(sandbox.id + "/home/user/kept");
            assertThat(kept).hasContent("as it was");
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> Leftovers.of(instance()).none());
        }
    }

    /** No process is left, and the records are those of another boot. */
    private void pretendRestart(String id) throws IOException {
        for (String process : Leftovers.of(instance()).found().getOrDefault("processes", List.of())) {
            long pid = Long.parseLong(process.substring(0, process.indexOf(' ')));
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        Path database = directory.resolve("data/store.db");
        try (SqliteStore store = SqliteStore.open(database, SqliteSettings.DEFAULT)) {
            Document record = store.find("sandbox", id).block(LIMIT);
            assertThat(record).isNotNull();
            String before = new String(record.content(), StandardCharsets.UTF_8);
            String after = before.replaceAll("\"handle\":\"[^\"]*\"", "\"handle\":\"local:another-boot\"");
            assertThat(after).isNotEqualTo(before);
            byte[] content = after.getBytes(StandardCharsets.UTF_8);
            store.commit(new Change.Put("sandbox", id, record.version(), content))
                    .block(LIMIT);
        }
    }

    /** Reads to the end. */
    private static String lastEvent(CrashClient client, SandboxClaim sandbox) throws IOException {
        String last = "";
        try (Sse stream = client.events(sandbox.id)) {
            for (Sse.Event event = stream.next(); event != null; event = stream.next()) {
                last = event.data();
            }
        }
        return last;
    }

    private void endAll() throws IOException {
        new ServiceProcess(directory, settings(Map.of("SANDBAR_ONSTOP", "end")), ServiceProcess.BRIEF).close();
        assertThat(Leftovers.of(instance()).none()).isTrue();
    }

    private SandboxClaim create(CrashClient client, int timeout) throws IOException {
        Instant before = Instant.now();
        Answer answer = client.create(timeout);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        SandboxClaim sandbox = new SandboxClaim(
                answer.json().path("sandboxID").asString(""),
                answer.json().path("envdAccessToken").asString(""),
                new Span(
                        before.plusSeconds(timeout).minusMillis(50),
                        Instant.now().plusSeconds(timeout)));
        ledger.sandboxes.put(sandbox.id, sandbox);
        return sandbox;
    }

    private ServiceProcess start(Map<String, String> settings) throws IOException {
        return new ServiceProcess(directory, settings(settings), ServiceProcess.BRIEF);
    }

    private static Map<String, String> settings(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("SANDBAR_API_KEY", KEY);
        return settings;
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

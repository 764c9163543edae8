package dev.sandbar.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.crash.CrashClient.Answer;
import dev.sandbar.e2e.ServiceProcess;
import dev.sandbar.gate.Needs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service whose data directory lies on a small file system that gets full under its work. */
@Tag("alone")
class DiskFullIT {

    private static final String KEY = "e2b_d15cd15cd15cd15cd15cd15cd15cd15cd15cd15c";
    private static final int TRIES = 3000;

    @TempDir
    Path directory;

    private Path data = Path.of("/");

    @BeforeEach
    void mountSmallFileSystem() throws Exception {
        Needs.MOUNTS.orSkip("root".equals(System.getProperty("user.name")));
        data = Files.createDirectories(directory.resolve("data"));
        run("mount", "-t", "tmpfs", "-o", "size=24m", "none", data.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        if (!data.equals(Path.of("/"))) run("umount", "-l", data.toString());
    }

    @Test
    void fullDiskRefusesLosesNothingAndIsForgottenWhenThereIsSpaceAgain() throws Exception {
        Set<String> acknowledged = new HashSet<>();
        try (ServiceProcess service = start()) {
            CrashClient client = new CrashClient(service.address(), KEY);
            acknowledged.add(created(client));
            fill();
            Answer refusal = renewUntilRefused(client, acknowledged.iterator().next());
            assertThat(refusal.status()).as(refusal.body()).isEqualTo(503);
            assertThat(refusal.body()).contains("\"retryAfter\"");
            assertThat(client.create(300).status()).isEqualTo(503);
            assertThat(client.get(acknowledged.iterator().next()).status()).isEqualTo(200);

            Files.delete(data.resolve("filler"));
            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> acknowledged.add(created(client)));
        }
        assertThat(integrity()).isEqualTo("ok");
        try (ServiceProcess service = start()) {
            CrashClient client = new CrashClient(service.address(), KEY);
            for (String id : acknowledged) {
                assertThat(client.get(id).status()).isEqualTo(200);
                assertThat(client.kill(id).status()).isEqualTo(204);
            }
            assertThat(client.list().json().size())
                    .as("refused ones left nothing")
                    .isZero();
        }
    }

    @Test
    void commandWhoseOutputFindsNoRoomWaitsAndLosesNothing() throws Exception {
        try (ServiceProcess service = start()) {
            CrashClient client = new CrashClient(service.address(), KEY);
            String id = created(client);
            CommandClaim command = new CommandClaim("patient", 150, 3);
            assertThat(client.start(id, command).status()).isEqualTo(201);
            fill();
            TimeUnit.SECONDS.sleep(1);
            Files.delete(data.resolve("filler"));
            Check check = new Check(client, new Ledger(), Instant.now());
            check.follow(new SandboxClaim(id, "", new SandboxClaim.Span(Instant.MIN, Instant.MAX)), command);
            assertThat(command.cause()).isEqualTo("exited");
            assertThat(client.kill(id).status()).isEqualTo(204);
        }
    }

    /** What has room already may still be written for a while. */
    private static Answer renewUntilRefused(CrashClient client, String id) throws IOException {
        Answer answer = client.renew(id, 600);
        for (int i = 0; i < TRIES && answer.status() == 204; i++) {
            answer = client.renew(id, 600);
        }
        return answer;
    }

    private static String created(CrashClient client) throws IOException {
        Answer answer = client.create(300);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json().path("sandboxID").asString("");
    }

    private void fill() throws IOException {
        byte[] piece = new byte[4096];
        try (OutputStream filler = Files.newOutputStream(data.resolve("filler"))) {
            while (true) {
                filler.write(piece);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("space");
        }
    }

    private String integrity() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("store.db"));
                ResultSet result = connection.createStatement().executeQuery("PRAGMA integrity_check")) {
            return result.getString(1);
        }
    }

    private ServiceProcess start() throws IOException {
        return new ServiceProcess(directory, Map.of("SANDBAR_API_KEY", KEY), ServiceProcess.BRIEF);
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}

package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.e2e.ServiceProcess;
import dev.sandbar.gate.Needs;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sandboxes fill the disk that all share, by bytes, by files without bytes, and by a file that nobody sees; a bystander of
 * another owner goes on. The disk has 200 MB and 20,000 inodes; below 40 % new files are refused, below 15 % sandboxes end.
 */
@Tag("alone")
class DiskIT {

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final String ATTACKER = "e2b_a77ac4e4a77ac4e4a77ac4e4a77ac4e4a77ac4e4";
    private static final String BYSTANDER = "e2b_b057a4de4b057a4de4b057a4de4b057a4de4b057";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path directory;

    private static Path run = Path.of("/");
    private static ServiceProcess service;

    /** A sandbox, and what opens it. */
    private record Box(String key, String id, String token) {}

    @BeforeAll
    static void startOnASmallDisk() throws Exception {
        Needs.MOUNTS.orSkip("root".equals(System.getProperty("user.name")));
        run = Files.createTempDirectory(Path.of("/var/tmp"), "sandbar-disk");
        Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwx--x--x"));
        command("mount", "-t", "tmpfs", "-o", "size=200m,nr_inodes=20000,mode=711", "none", run.toString());
        Map<String, String> settings = Map.of(
                "SANDBAR_APIKEYS_ATTACKER",
                ATTACKER,
                "SANDBAR_APIKEYS_BYSTANDER",
                BYSTANDER,
                "SANDBAR_LOCAL_RUNDIRECTORY",
                run.toString(),
                "SANDBAR_LOCAL_DISK_LOOK",
                "100ms",
                "SANDBAR_LOCAL_DISK_REFUSEBELOW",
                "40",
                "SANDBAR_LOCAL_DISK_ENDBELOW",
                "15");
        service = new ServiceProcess(directory, settings, ServiceProcess.BRIEF);
    }

    @AfterAll
    static void stop() throws Exception {
        if (run.equals(Path.of("/"))) return;
        if (service != null) service.close();
        command("umount", "-l", run.toString());
        Files.delete(run);
    }

    @Test
    void bytes() throws Exception {
        attacked(
                "head -c 130M /dev/zero > first",
                "n=0; while n=$((n+1)); do head -c 2M /dev/zero > more$n; sleep 0.05; done",
                "bytes");
    }

    @Test
    void files() throws Exception {
        attacked(
                "for d in 1 2 3 4 5 6 7 8 9 10 11 12 13; do mkdir d$d; (cd d$d; seq 1000 | xargs touch); done",
                "n=0; while n=$((n+1)); do mkdir e$n; (cd e$n; seq 100 | xargs touch); sleep 0.02; done",
                "inodes");
    }

    @Test
    void aFileThatNobodySees() throws Exception {
        attacked(
                "exec 3>hidden; rm hidden; head -c 130M /dev/zero >&3; sleep 300 & disown; sleep 0.1",
                "exec 3>hidden; rm hidden; while :; do head -c 2M /dev/zero >&3; sleep 0.05; done",
                "bytes");
    }

    @Test
    void capabilitiesSayWhatIsDone() throws Exception {
        JsonNode layer = json(send(BYSTANDER, "GET", "/capabilities", ""))
                .path("runtimes")
                .path(0)
                .path("isolation")
                .path("disk-quota");
        assertThat(layer.path("reason").asString(""))
                .contains("watched")
                .contains("40 %")
                .contains("15 %")
                .contains("data lie on another one");
    }

    /**
     * @param little what brings the disk below the first mark
     * @param much what goes on below the second one
     */
    private static void attacked(String little, String much, String kind) throws Exception {
        Box attacker = create(ATTACKER);
        Box second = create(ATTACKER);
        Box bystander = create(BYSTANDER);
        start(attacker, little);
        Awaitility.await().atMost(LIMIT).until(() -> upload(attacker, "new").statusCode() == 507);
        HttpResponse<String> refusal = upload(second, "new");
        assertThat(refusal.statusCode()).as("another sandbox of the same owner").isEqualTo(507);
        assertThat(refusal.body()).contains("sandbar.local.disk.refuse-below").contains(kind);
        goesOn(bystander);

        start(attacker, much);
        Awaitility.await().atMost(LIMIT).until(() -> {
            goesOn(bystander);
            return json(send(ATTACKER, "GET", "/sandboxes/" + attacker.id(), ""))
                            .path("code")
                            .asInt(0)
                    == 404;
        });
        assertThat(send(ATTACKER, "GET", "/sandboxes/" + attacker.id() + "/events", "")
                        .body())
                .contains("\"cause\":\"disk\"");
        assertThat(service.output()).doesNotContain(bystander.id() + " is ended");
        Awaitility.await().atMost(LIMIT).until(() -> upload(second, "new").statusCode() == 200);
        for (Box each : new Box[] {second, bystander}) {
            assertThat(send(each.key(), "DELETE", "/sandboxes/" + each.id(), "").statusCode())
                    .isEqualTo(204);
        }
    }

    private static void goesOn(Box bystander) throws Exception {
        assertThat(upload(bystander, "mine").statusCode()).isEqualTo(200);
        Box another = create(BYSTANDER);
        assertThat(send(BYSTANDER, "DELETE", "/sandboxes/" + another.id(), "").statusCode())
                .isEqualTo(204);
    }

    private static Box create(String key) throws Exception {
        HttpResponse<String> answer = send(key, "POST", "/sandboxes", "{\"templateID\":\"base\",\"timeout\":300}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonNode made = json(answer);
        return new Box(
                key,
                made.path("sandboxID").asString(""),
                made.path("envdAccessToken").asString(""));
    }

    private static void start(Box box, String script) throws Exception {
        String body =
                JsonMapper.shared().writeValueAsString(Map.of("cmd", "bash", "args", new String[] {"-c", script}));
        HttpResponse<String> answer = send(box.key(), "POST", "/sandboxes/" + box.id() + "/commands", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static HttpResponse<String> upload(Box box, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(service.address().resolve("/files?path=" + path))
                .header("E2b-Sandbox-Id", box.id())
                .header("E2b-Sandbox-Port", "49983")
                .header("X-Access-Token", box.token())
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofString("content"))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> send(String key, String method, String path, String body) throws Exception {
        URI uri = service.address().resolve(path);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).header("X-API-Key", key).timeout(LIMIT);
        if (!body.isEmpty()) request.header("Content-Type", "application/json");
        return HTTP.send(
                request.method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static void command(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}

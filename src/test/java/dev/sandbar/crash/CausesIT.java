package dev.sandbar.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.crash.CrashClient.Answer;
import dev.sandbar.e2e.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real commands that end for every reason there is: each stream tells it once, as its last word. */
class CausesIT {

    private static final String KEY = "e2b_ca05eca05eca05eca05eca05eca05eca05eca05e";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    static Path directory;

    private static ServiceProcess service;
    private static CrashClient client;
    private static int number;

    @BeforeAll
    static void smallSandboxes() throws IOException {
        Map<String, String> settings = Map.of(
                "SANDBAR_API_KEY", KEY,
                "SANDBAR_ONSTOP", "end",
                "SANDBAR_SANDBOXES_MEMORY", "64MB",
                "SANDBAR_SANDBOXES_DISK", "8MB",
                "SANDBAR_SANDBOXES_PROCESSES", "40");
        service = new ServiceProcess(directory, settings, ServiceProcess.BRIEF);
        client = new CrashClient(service.address(), KEY);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exited    | code 7         | exit 7",
                "exited    | signal SIGSEGV | kill -SEGV $$",
                "timeout   | signal SIGKILL | sleep 100",
                "memory    | signal SIGKILL | exec tail /dev/zero",
                "memory    | code 137       | tail /dev/zero; exit $?",
                "pids      | code 2         | i=0; while [ $i -lt 60 ]; do sleep 9 & i=$((i+1)); done",
                "disk      | signal SIGXFSZ | exec head -c 20000000 /dev/zero > big",
            })
    void commandEndsByItselfOrMeetsALimit(String cause, String end, String script) throws Exception {
        String id = sandbox(300);
        String command = start(id, script, cause.equals("timeout") ? 1 : 0);
        assertThat(last(id, command)).isEqualTo(cause + ", " + end);
        assertThat(described(id, command)).isEqualTo(cause + ", " + end);
    }

    /** More than is kept for a reader who was announced, which would be waited for until after the command's time. */
    @Test
    void muchOutputThatNobodyReadsHoldsNothingUp() throws Exception {
        String id = sandbox(300);
        String command = start(id, "head -c 40000000 /dev/zero", 25);
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> !described(id, command).startsWith(","));
        assertThat(described(id, command)).isEqualTo("exited, code 0");
    }

    @Test
    void clientEndsIt() throws Exception {
        String id = sandbox(300);
        String command = start(id, "sleep 100", 0);
        CompletableFuture<String> last = CompletableFuture.supplyAsync(() -> last(id, command));
        assertThat(send("DELETE", "/sandboxes/" + id + "/commands/" + command, ""))
                .isEmpty();
        assertThat(last.get(10, TimeUnit.SECONDS)).isEqualTo("client, signal SIGTERM");
        assertThat(described(id, command)).isEqualTo("client, signal SIGTERM");
    }

    @Test
    void sandboxIsKilledUnderIt() throws Exception {
        String id = sandbox(300);
        String command = start(id, "sleep 100", 0);
        CompletableFuture<String> last = CompletableFuture.supplyAsync(() -> last(id, command));
        assertThat(client.kill(id).status()).isEqualTo(204);
        assertThat(last.get(10, TimeUnit.SECONDS)).isEqualTo("sandbox-killed, nothing");
        assertThat(described(id, command)).isEqualTo("sandbox-killed, nothing");
    }

    @Test
    void sandboxExpiresUnderIt() throws Exception {
        String id = sandbox(2);
        String command = start(id, "sleep 100", 0);
        assertThat(last(id, command)).isEqualTo("sandbox-expired, nothing");
        assertThat(described(id, command)).isEqualTo("sandbox-expired, nothing");
    }

    private static String sandbox(int timeout) throws IOException {
        Answer answer = client.create(timeout);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json().path("sandboxID").asString("");
    }

    private static String start(String sandbox, String script, int timeout) throws Exception {
        String id = "c" + ++number;
        String body = JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "commandID",
                        id,
                        "cmd",
                        "/bin/sh",
                        "args",
                        List.of("-c", script),
                        "cwd",
                        "/home/user",
                        "timeout",
                        timeout));
        assertThat(send("POST", "/sandboxes/" + sandbox + "/commands", body)).contains("\"commandID\":\"" + id + "\"");
        return id;
    }

    /** Reads everything: one end, and nothing behind it. */
    private static String last(String sandbox, String command) {
        List<Sse.Event> ends = new ArrayList<>();
        Sse.Event last = null;
        try (Sse stream = client.output(sandbox, command, 0)) {
            for (Sse.Event event = stream.next(); event != null; event = stream.next()) {
                if (event.type().equals("end")) ends.add(event);
                last = event;
            }
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
        assertThat(ends).hasSize(1).containsExactly(last);
        return told(JsonMapper.shared().readTree(ends.get(0).data()));
    }

    private static String described(String sandbox, String command) throws IOException {
        return told(client.command(sandbox, command).json());
    }

    private static String told(JsonNode end) {
        String how = end.has("exitCode") ? "code " + end.path("exitCode").asInt() : "nothing";
        if (end.has("signal")) how = "signal " + end.path("signal").asString("");
        return end.path("cause").asString("") + ", " + how;
    }

    private static String send(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(service.address() + path))
                .header("X-API-Key", KEY)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, BodyHandlers.ofString()).body();
    }
}

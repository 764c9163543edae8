package dev.sandbar.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the service's routes of sessions. */
final class Api {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI address;
    private final String key;

    Api(URI address, String key) {
        this.address = address;
        this.key = key;
    }

    /** What came back. */
    record Answer(int status, JsonNode json) {

        Answer is(int... statuses) {
            assertThat(statuses).as("%s", this).contains(status);
            return this;
        }

        String text(String field) {
            return json.path(field).asString("");
        }
    }

    URI address() {
        return address;
    }

    /** Sends it now; fails where the connection breaks. */
    CompletableFuture<Answer> later(String method, String path, @Nullable Object body, String... headers) {
        HttpRequest.Builder request = request(path).header("Content-Type", "application/json");
        if (headers.length > 0) request.headers(headers);
        request.method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(JSON.writeValueAsString(body)));
        return http.sendAsync(request.build(), BodyHandlers.ofString()).thenApply(Api::answer);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path)).header("X-API-Key", key);
    }

    private static Answer answer(HttpResponse<String> response) {
        return new Answer(response.statusCode(), JSON.readTree(response.body().isEmpty() ? "{}" : response.body()));
    }

    Answer send(String method, String path, @Nullable Object body, String... headers) {
        return now(later(method, path, body, headers));
    }

    static <T> T now(CompletableFuture<T> later) {
        return later.orTimeout(House.LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** So many of them at once; emits all answers. */
    static List<Answer> together(int count, IntFunction<CompletableFuture<Answer>> call) {
        List<CompletableFuture<Answer>> calls =
                IntStream.range(0, count).mapToObj(call).toList();
        return calls.stream().map(Api::now).toList();
    }

    String open(Map<String, ?> body) {
        return send("POST", "/sessions", body).is(201).text("sessionID");
    }

    JsonNode session(String id) {
        return send("GET", "/sessions/" + id, null).is(200).json();
    }

    JsonNode sandbox(String id) {
        return session(id).path("sandbox");
    }

    String sandboxId(String id) {
        return sandbox(id).path("sandboxID").asString("");
    }

    /** Waits for a state of its sandbox. */
    JsonNode until(String id, String state) {
        return until(id, sandbox -> sandbox.path("state").asString("").equals(state));
    }

    JsonNode until(String id, Predicate<JsonNode> fits) {
        return Awaitility.await().atMost(House.LIMIT).until(() -> sandbox(id), fits);
    }

    CompletableFuture<Answer> bashLater(String id, String command) {
        return later("POST", "/sessions/" + id + "/tools/bash", Map.of("command", command));
    }

    /** A call whose events come one by one. */
    List<Story.Event> stream(String id, String command) {
        HttpRequest request = request("/sessions/" + id + "/tools/bash")
                .header("Content-Type", "application/json")
                .header("Accept", "text/event-stream")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(Map.of("command", command))))
                .build();
        try (Story story = new Story(now(http.sendAsync(request, BodyHandlers.ofLines())))) {
            return story.until("tool.end");
        }
    }

    /** The output of a command that succeeds. */
    String bash(String id, String command) {
        return output(now(bashLater(id, command)));
    }

    static String output(Answer answer) {
        answer.is(200);
        assertThat(answer.json().path("success").asBoolean(false))
                .as("%s", answer)
                .isTrue();
        return answer.text("output").strip();
    }

    /** A command that says that it has begun and goes on until it is ended. */
    CompletableFuture<Answer> endless(String id) {
        CompletableFuture<Answer> call = bashLater(id, "touch ~/begun; exec sleep 1000");
        Awaitility.await().atMost(House.LIMIT).until(() -> bash(id, "ls ~").contains("begun"));
        return call;
    }

    void interrupt(String id) {
        send("POST", "/sessions/" + id + "/interrupt", null).is(202);
    }

    Answer ask(String id, String hardware) {
        return now(askLater(id, hardware));
    }

    CompletableFuture<Answer> askLater(String id, String hardware) {
        return later("POST", "/sessions/" + id + "/sandbox", Map.of("hardware", hardware));
    }

    /** Asks for hardware that a person has to approve; emits the approval's id. */
    String pending(String id, String hardware) {
        return ask(id, hardware)
                .is(202)
                .json()
                .path("approval")
                .path("approvalID")
                .asString("");
    }

    CompletableFuture<Answer> approveLater(String id, String approval) {
        return later("POST", "/sessions/" + id + "/approvals/" + approval, Map.of("decision", "approve"));
    }

    Answer approve(String id, String approval) {
        return now(approveLater(id, approval));
    }

    JsonNode approval(String id, String approval) {
        return send("GET", "/sessions/" + id + "/approvals", null)
                .is(200)
                .json()
                .valueStream()
                .filter(one -> one.path("approvalID").asString("").equals(approval))
                .findAny()
                .orElseThrow();
    }

    void budget(String id, double cap) {
        send("PATCH", "/sessions/" + id + "/auto-approval", Map.of("enabled", true, "costCapUsd", cap))
                .is(200);
    }

    void tearDown(String id) {
        send("POST", "/sessions/" + id + "/sandbox/teardown", null).is(202);
        until(id, "torn_down");
    }

    String ticket(String id) {
        return send("POST", "/sessions/" + id + "/ticket", Map.of()).is(200).text("ticket");
    }

    /** What a page sends when it is left, without a key. */
    void beacon(String id, String ticket) {
        URI uri = address.resolve("/sessions/" + id + "/sandbox/teardown?reason=pagehide&ticket=" + ticket);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Origin", "https://page.example")
                .POST(BodyPublishers.ofString("bye"))
                .build();
        assertThat(now(http.sendAsync(request, BodyHandlers.ofString())).statusCode())
                .isEqualTo(202);
    }

    /** Follows it as a page does, with a ticket: somebody is there until this is closed. */
    Story follow(String id, String ticket) {
        HttpRequest request = HttpRequest.newBuilder(
                        address.resolve("/sessions/" + id + "/events?after=0&ticket=" + ticket))
                .build();
        return new Story(now(http.sendAsync(request, BodyHandlers.ofLines())));
    }

    /** Follows it with the key. */
    Story follow(String id) {
        HttpRequest request = request("/sessions/" + id + "/events?after=0").build();
        return new Story(now(http.sendAsync(request, BodyHandlers.ofLines())));
    }

    /** Ends it and emits all that was ever told of it. */
    List<Story.Event> end(String id) {
        send("DELETE", "/sessions/" + id, null).is(204);
        try (Story story = follow(id)) {
            return story.whole();
        }
    }

    /** All live sessions, page by page. */
    Set<String> sessions() {
        return listed("/sessions?limit=100&state=active,awaiting_approval", "sessionID");
    }

    Set<String> sandboxes() {
        return listed("/v2/sandboxes?limit=100", "sandboxID");
    }

    private Set<String> listed(String path, String field) {
        Set<String> ids = new TreeSet<>();
        String next = "";
        do {
            HttpRequest request = request(path + next).build();
            HttpResponse<String> page = now(http.sendAsync(request, BodyHandlers.ofString()));
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            JSON.readTree(page.body()).forEach(one -> ids.add(one.path(field).asString("")));
            next = page.headers()
                    .firstValue("X-Next-Token")
                    .map(token -> "&nextToken=" + token)
                    .orElse("");
        } while (!next.isEmpty());
        return ids;
    }
}

package dev.sandbar.crash;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks to the service as a blocking client does; an {@link IOException} says that nothing is known about the outcome. */
final class CrashClient {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI address;
    private final String key;

    CrashClient(URI address, String key) {
        this.address = address;
        this.key = key;
    }

    /** What came back. */
    record Answer(int status, String body) {
        JsonNode json() {
            return JSON.readTree(body);
        }
    }

    Answer create(int timeoutSeconds) throws IOException {
        return send("POST", "/v2/sandboxes", "{\"templateID\":\"base\",\"timeout\":" + timeoutSeconds + "}");
    }

    /** The same key again is the same creation. */
    Answer create(int timeoutSeconds, String idempotencyKey) throws IOException {
        String body = "{\"templateID\":\"base\",\"timeout\":" + timeoutSeconds + "}";
        return send(to("/v2/sandboxes")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .POST(BodyPublishers.ofString(body)));
    }

    Answer get(String id) throws IOException {
        return send("GET", "/sandboxes/" + id, "");
    }

    Answer list() throws IOException {
        return send("GET", "/v2/sandboxes?limit=100", "");
    }

    Answer renew(String id, int timeoutSeconds) throws IOException {
        return send("POST", "/sandboxes/" + id + "/timeout", "{\"timeout\":" + timeoutSeconds + "}");
    }

    Answer kill(String id) throws IOException {
        return send("DELETE", "/sandboxes/" + id, "");
    }

    Answer start(String id, CommandClaim command) throws IOException {
        Map<String, Object> body =
                Map.of("commandID", command.id, "cmd", "/bin/sh", "args", List.of("-c", command.script()));
        return send("POST", "/sandboxes/" + id + "/commands", JSON.writeValueAsString(body));
    }

    Answer command(String id, String commandId) throws IOException {
        return send("GET", "/sandboxes/" + id + "/commands/" + commandId, "");
    }

    Answer write(SandboxClaim sandbox, String path, String content) throws IOException {
        HttpRequest.Builder request = inSandbox(sandbox, path)
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofString(content));
        return send(request);
    }

    Answer read(SandboxClaim sandbox, String path) throws IOException {
        return send(inSandbox(sandbox, path).GET());
    }

    /** Follows a command's output behind an event. */
    Sse output(String id, String commandId, long after) throws IOException {
        return stream("/sandboxes/" + id + "/commands/" + commandId + "/output?after=" + after);
    }

    /** Follows a sandbox's events from the first one. */
    Sse events(String id) throws IOException {
        return stream("/sandboxes/" + id + "/events?after=0");
    }

    private Sse stream(String path) throws IOException {
        HttpRequest request =
                to(path).header("Accept", "text/event-stream").GET().build();
        HttpResponse<Stream<String>> response = exchange(request, BodyHandlers.ofLines());
        if (response.statusCode() == 200) return new Sse(response.body());
        throw new IOException(
                path + ": " + response.statusCode() + response.body().toList());
    }

    private HttpRequest.Builder inSandbox(SandboxClaim sandbox, String path) {
        return HttpRequest.newBuilder(address.resolve("/files?path=" + path))
                .timeout(LIMIT)
                .header("E2b-Sandbox-Id", sandbox.id)
                .header("E2b-Sandbox-Port", "49983")
                .header("X-Access-Token", sandbox.token);
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(address.resolve(path)).timeout(LIMIT).header("X-API-Key", key);
    }

    private Answer send(String method, String path, String body) throws IOException {
        return send(to(path).header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    private Answer send(HttpRequest.Builder request) throws IOException {
        HttpResponse<String> response = exchange(request.build(), BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws IOException {
        try {
            return http.send(request, handler);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped", stopped);
        }
    }
}

package dev.sandbar.bench;

import dev.sandbar.bench.Api.Handle;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the service's sessions on one connection. Blocks; for one thread. */
final class SessionApi implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final byte[] NOTHING = {};
    private static final byte[] OPEN = Bodies.bytes("{\"title\":\"bench\"}");
    private static final String TYPE = "Content-Type: application/json\r\n";
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LIMIT = TimeUnit.MINUTES.toNanos(2);

    private final Http http;
    private final String key;

    SessionApi(Target target) throws IOException {
        this.http = new Http(target.address());
        this.key = "X-API-Key: " + target.key() + "\r\n";
    }

    /** Answers with the session's id, while its sandbox is made. */
    String open() throws IOException {
        byte[] answer = http.call(201, "POST /sessions", key + TYPE, OPEN);
        return JSON.readTree(answer).get("sessionID").asString();
    }

    void rename(String id, String title) throws IOException {
        http.call(200, "PATCH /sessions/" + id, key + TYPE, JSON.writeValueAsBytes(Map.of("title", title)));
    }

    void end(String id) throws IOException {
        http.call(204, "DELETE /sessions/" + id, key, NOTHING);
    }

    /** Runs a command in its shell to its end, which has to be a good one. */
    void bash(String id, String command) throws IOException {
        byte[] answer = http.call(200, bash(id), key + TYPE, arguments(command));
        if (!JSON.readTree(answer).get("success").asBoolean()) throw new IOException(Http.text(answer));
    }

    /** The same as a stream of events. */
    void bash(String id, String command, Bodies.Taker events) throws IOException {
        http.stream(200, bash(id), key + TYPE + "Accept: text/event-stream\r\n", arguments(command), events);
    }

    /** Waits for its sandbox. */
    Handle sandbox(String id) throws IOException {
        String sandbox = await(id, "ready").get("sandboxID").asString();
        JsonNode found = get("/sandboxes/" + sandbox);
        return new Handle(sandbox, found.get("envdAccessToken").asString());
    }

    /** Waits until its sandbox is in a state. */
    JsonNode await(String id, String state) throws IOException {
        long start = System.nanoTime();
        JsonNode slot = get("/sessions/" + id).get("sandbox");
        while (!slot.get("state").asString().equals(state)) {
            if (System.nanoTime() - start > LIMIT) throw new IOException("not " + state + ": " + slot);
            LockSupport.parkNanos(PAUSE);
            slot = get("/sessions/" + id).get("sandbox");
        }
        return slot;
    }

    /** Ends its sandbox; others may still be on their way out then. */
    void tearDown(String id) throws IOException {
        http.call(202, "POST /sessions/" + id + "/sandbox/teardown", key, NOTHING);
        await(id, "torn_down");
    }

    /** Waits until the owner has no sandbox. */
    void awaitNone() throws IOException {
        long start = System.nanoTime();
        while (!get("/v2/sandboxes").isEmpty()) {
            if (System.nanoTime() - start > LIMIT) throw new IOException("there are sandboxes yet");
            LockSupport.parkNanos(PAUSE);
        }
    }

    void health() throws IOException {
        http.call(200, "GET /health", "", NOTHING);
    }

    @Override
    public void close() throws IOException {
        http.close();
    }

    private JsonNode get(String path) throws IOException {
        return JSON.readTree(http.call(200, "GET " + path, key, NOTHING));
    }

    private static String bash(String id) {
        return "POST /sessions/" + id + "/tools/bash";
    }

    private static byte[] arguments(String command) {
        return JSON.writeValueAsBytes(Map.of("command", command));
    }
}

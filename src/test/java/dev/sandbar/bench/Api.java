package dev.sandbar.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the service on one connection. Blocks; for one thread. */
final class Api implements AutoCloseable {

    /** A sandbox and what opens it. */
    record Handle(String id, String token) {}

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final byte[] CREATE = Bodies.bytes("{\"templateID\":\"base\",\"timeout\":600}");
    private static final byte[] NOTHING = {};

    private final Http http;
    private final String key;

    Api(URI address, String key) throws IOException {
        this.http = new Http(address);
        this.key = "X-API-Key: " + key + "\r\n";
    }

    Handle create() throws IOException {
        byte[] answer = http.call(201, "POST /v2/sandboxes", key + "Content-Type: application/json\r\n", CREATE);
        JsonNode node = JSON.readTree(answer);
        return new Handle(
                node.get("sandboxID").asString(), node.get("envdAccessToken").asString());
    }

    void kill(Handle sandbox) throws IOException {
        http.call(204, "DELETE /sandboxes/" + sandbox.id(), key, NOTHING);
    }

    void list() throws IOException {
        http.call(200, "GET /v2/sandboxes", key, NOTHING);
    }

    void health() throws IOException {
        http.call(200, "GET /health", "", NOTHING);
    }

    /** Runs a command to its end, which has to be a good one. */
    void run(Handle sandbox, List<String> command) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        stream(sandbox, command, piece -> {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            answer.writeBytes(bytes);
        });
        String text = Http.text(answer.toByteArray());
        if (!text.contains("\"exit status 0\"")) throw new IOException(command + " ended with " + text);
    }

    /** Runs a command and hands on the stream's bytes, envelopes and all. */
    void stream(Handle sandbox, List<String> command, Bodies.Taker taker) throws IOException {
        byte[] message = JSON.writeValueAsBytes(Map.of(
                "process", Map.of("cmd", command.get(0), "args", command.subList(1, command.size())), "stdin", false));
        ByteBuffer envelope = ByteBuffer.allocate(message.length + 5);
        envelope.put((byte) 0).putInt(message.length).put(message);
        http.stream(200, "POST /process.Process/Start", headers(sandbox), envelope.array(), taker);
    }

    @Override
    public void close() throws IOException {
        http.close();
    }

    private static String headers(Handle sandbox) {
        return "E2b-Sandbox-Id: " + sandbox.id() + "\r\nE2b-Sandbox-Port: 49983\r\nX-Access-Token: " + sandbox.token()
                + "\r\nConnect-Protocol-Version: 1\r\nContent-Type: application/connect+json\r\n";
    }
}

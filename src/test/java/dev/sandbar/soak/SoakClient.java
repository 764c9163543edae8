package dev.sandbar.soak;

import io.netty.buffer.Unpooled;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufMono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** As much of E2B's protocol as it takes to make a sandbox, run a command in it, and end it. */
public final class SoakClient {

    /** A sandbox and what opens it. */
    public record Handle(String id, String token) {}

    private final JsonMapper json = JsonMapper.shared();
    private final HttpClient http;

    public SoakClient(URI address, String key) {
        ConnectionProvider connections = ConnectionProvider.builder("soak")
                .maxConnections(500)
                .pendingAcquireMaxCount(-1)
                .maxIdleTime(Duration.ofSeconds(5))
                .build();
        this.http = HttpClient.create(connections)
                .baseUrl(address.toString())
                .responseTimeout(Duration.ofSeconds(60))
                .headers(headers -> headers.set("X-API-Key", key));
    }

    public Mono<Handle> create() {
        return post("/v2/sandboxes", "{\"templateID\":\"base\",\"timeout\":300}", Function.identity())
                .map(body -> json.readTree(body))
                .map(node -> new Handle(
                        node.get("sandboxID").asString(),
                        node.get("envdAccessToken").asString()));
    }

    /** Runs a command line and emits the whole stream, frames and all. */
    public Mono<byte[]> run(Handle sandbox, String line) {
        String body = "{\"process\":{\"cmd\":\"/bin/sh\",\"args\":[\"-c\"," + json.writeValueAsString(line)
                + "]},\"stdin\":false}";
        byte[] message = body.getBytes(StandardCharsets.UTF_8);
        return http.headers(headers -> headers.set("E2b-Sandbox-Id", sandbox.id())
                        .set("E2b-Sandbox-Port", "49983")
                        .set("X-Access-Token", sandbox.token())
                        .set("Connect-Protocol-Version", "1")
                        .set("Content-Type", "application/connect+json"))
                .post()
                .uri("/process.Process/Start")
                .send(Mono.fromSupplier(() -> Unpooled.buffer(message.length + 5)
                        .writeByte(0)
                        .writeInt(message.length)
                        .writeBytes(message)))
                .responseSingle(
                        (response, content) -> expect(200, response.status().code(), content));
    }

    /** Whether the stream holds these bytes as standard output, and an end with code 0. */
    public static boolean succeeded(byte[] stream, String output) {
        String text = new String(stream, StandardCharsets.UTF_8);
        String encoded = Base64.getEncoder().encodeToString(output.getBytes(StandardCharsets.UTF_8));
        return text.contains(encoded) && text.contains("\"exit status 0\"");
    }

    /** Ends it; true where there was one. */
    public Mono<Boolean> kill(String id) {
        return http.delete()
                .uri("/sandboxes/" + id)
                .responseSingle(
                        (response, content) -> Mono.just(response.status().code()))
                .map(status -> status == 204);
    }

    public Mono<JsonNode> list() {
        return http.get()
                .uri("/v2/sandboxes?limit=100")
                .responseSingle(
                        (response, content) -> expect(200, response.status().code(), content))
                .map(body -> json.readTree(body));
    }

    private Mono<byte[]> post(String path, String body, Function<HttpClient, HttpClient> with) {
        return with.apply(http)
                .headers(headers -> headers.set("Content-Type", "application/json"))
                .post()
                .uri(path)
                .send(Mono.fromSupplier(() -> Unpooled.copiedBuffer(body, StandardCharsets.UTF_8)))
                .responseSingle(
                        (response, content) -> expect(201, response.status().code(), content));
    }

    private static Mono<byte[]> expect(int wanted, int status, ByteBufMono content) {
        return content.asByteArray()
                .defaultIfEmpty(new byte[0])
                .flatMap(body -> status == wanted
                        ? Mono.just(body)
                        : Mono.error(
                                new IllegalStateException(status + " " + new String(body, StandardCharsets.UTF_8))));
    }
}

package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

class ProcessTests {

    private static final MediaType STREAM = MediaType.parseMediaType("application/connect+json");

    private final TestService service = new TestService();
    private final String id = service.sandbox();

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void aCommandIsStartedFollowedAndItsEndTold() {
        List<String> messages = start("{\"process\":{\"cmd\":\"echo\",\"args\":[\"hi\"]}}");
        assertThat(messages)
                .containsExactly(
                        "0{\"event\":{\"start\":{\"pid\":100}}}",
                        "0{\"event\":{\"data\":{\"stdout\":\"aGkK\"}}}",
                        "0{\"event\":{\"end\":{\"exited\":true,\"status\":\"exit status 0\"}}}",
                        "2{}");
    }

    @Test
    void aFailureIsToldWithItsCode() {
        assertThat(start("{\"process\":{\"cmd\":\"false\"}}"))
                .contains(
                        "0{\"event\":{\"end\":{\"exitCode\":1,\"exited\":true,\"status\":\"exit status 1\",\"error\":\"exit status 1\"}}}");
    }

    @Test
    void environmentIsBuiltInOrder() {
        String other = service.create(
                "{\"templateID\":\"base\",\"envVars\":{\"FOO\":\"sandbox\",\"BAR\":\"sandbox\",\"E2B_SANDBOX\":\"no\"}}");
        List<String> messages =
                stream(other, "Start", "{\"process\":{\"cmd\":\"env\",\"envs\":{\"FOO\":\"request\"}}}");
        String json = messages.get(1);
        String data = json.substring(json.indexOf("stdout\":\"") + 9, json.lastIndexOf('"'));
        String env = new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
        assertThat(env).contains("FOO=request", "BAR=sandbox", "HOME=/home/user", "USER=user", "E2B_SANDBOX=true");
        assertThat(env).contains("E2B_SANDBOX_ID=" + other, "E2B_TEMPLATE_ID=base", "PATH=/usr/local/sbin");
    }

    @Test
    void aTimeoutKillsAndSaysSo() {
        byte[] body = call(
                        id,
                        "Start",
                        STREAM,
                        Envelopes.pack("{\"process\":{\"cmd\":\"sleep\"}}"),
                        "Connect-Timeout-Ms",
                        "100")
                .returnResult()
                .getResponseBody();
        List<String> messages = Envelopes.unpack(Objects.requireNonNull(body));
        assertThat(messages.get(messages.size() - 1)).contains("deadline_exceeded");
        Awaitility.await().until(() -> service.commands.running(id).isEmpty());
    }

    /** Clients have clocks of their own, and a kill may take longer than they wait. */
    @Test
    void theEndOfACommandsTimeIsToldBeforeItIsKilled() {
        byte[] body = call(
                        id,
                        "Start",
                        STREAM,
                        Envelopes.pack("{\"process\":{\"cmd\":\"stubborn\"}}"),
                        "Connect-Timeout-Ms",
                        "300")
                .returnResult()
                .getResponseBody();
        List<String> messages = Envelopes.unpack(Objects.requireNonNull(body));
        assertThat(messages.get(messages.size() - 1)).contains("deadline_exceeded");
        assertThat(service.commands.running(id)).hasSize(1);
    }

    @Test
    void silenceIsFilledWithKeepAlives() {
        CompletableFuture<byte[]> stream = CompletableFuture.supplyAsync(() -> Objects.requireNonNull(call(
                        id,
                        "Start",
                        STREAM,
                        Envelopes.pack("{\"process\":{\"cmd\":\"sleep\"},\"tag\":\"quiet\"}"),
                        "Keepalive-Ping-Interval",
                        "1",
                        "Connect-Timeout-Ms",
                        "2500")
                .returnResult()
                .getResponseBody()));
        assertThat(Envelopes.unpack(stream.join())).contains("0{\"event\":{\"keepalive\":{}}}");
    }

    @Test
    void inputIsFedAndClosed() {
        CompletableFuture<List<String>> running =
                CompletableFuture.supplyAsync(() -> start("{\"process\":{\"cmd\":\"cat\"},\"tag\":\"cat\"}"));
        Awaitility.await().until(() -> list().contains("\"pid\":100"));
        unary("SendInput", "{\"process\":{\"pid\":\"100\"},\"input\":{\"stdin\":\"eW8K\"}}")
                .expectStatus()
                .isOk();
        unary("CloseStdin", "{\"process\":{\"tag\":\"cat\"}}").expectStatus().isOk();
        assertThat(running.join()).contains("0{\"event\":{\"data\":{\"stdout\":\"eW8K\"}}}");
    }

    @Test
    void aSignalEndsTheCommandForEveryReader() {
        CompletableFuture<List<String>> running =
                CompletableFuture.supplyAsync(() -> start("{\"process\":{\"cmd\":\"sleep\"},\"tag\":\"s\"}"));
        Awaitility.await().until(() -> list().contains("\"pid\":100"));
        CompletableFuture<List<String>> second =
                CompletableFuture.supplyAsync(() -> stream(id, "Connect", "{\"process\":{\"pid\":100}}"));
        unary("SendSignal", "{\"process\":{\"pid\":100},\"signal\":\"SIGNAL_SIGTERM\"}")
                .expectStatus()
                .isOk();
        assertThat(running.join()).anyMatch(message -> message.contains("signal: terminated"));
        assertThat(second.join()).anyMatch(message -> message.contains("signal: terminated"));
        unary("SendSignal", "{\"process\":{\"pid\":100},\"signal\":\"SIGNAL_SIGTERM\"}")
                .expectStatus()
                .isNotFound();
    }

    @Test
    void wrongCallsAreRefusedInConnectsWords() {
        unary("SendSignal", "{\"process\":{\"pid\":9},\"signal\":\"SIGNAL_SIGKILL\"}")
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("not_found");
        unary("SendSignal", "{\"process\":{\"pid\":9},\"signal\":\"HUP\"}")
                .expectStatus()
                .isBadRequest();
        unary("SendInput", "{\"process\":{\"pid\":9},\"input\":{\"stdin\":\"***\"}}")
                .expectStatus()
                .isBadRequest();
        unary("SendInput", "{\"process\":")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("invalid_argument");
        unary("Update", "{}").expectStatus().isEqualTo(501);
        assertThat(stream(id, "StreamInput", "{}").get(0)).contains("unimplemented");
        assertThat(start("{\"process\":{\"cmd\":\"echo\"},\"pty\":{\"size\":{}}}")
                        .get(0))
                .contains("unimplemented");
        assertThat(start("{}").get(0)).contains("invalid_argument").contains("process.cmd");
        assertThat(start("{\"process\":{\"cmd\":\"echo\",\"cwd\":\"/none\"}}").get(0))
                .contains("cwd '/none' does not exist");
        assertThat(start("{\"process\":{\"cmd\":\"echo\",\"cwd\":\"/a\\u0000\"}}")
                        .get(0))
                .contains("NUL");
    }

    @Test
    void unknownUsersAreUnauthenticated() {
        String nobody = Base64.getEncoder().encodeToString("nobody:".getBytes(StandardCharsets.UTF_8));
        byte[] body = call(
                        id,
                        "Start",
                        STREAM,
                        Envelopes.pack("{\"process\":{\"cmd\":\"env\"}}"),
                        "Authorization",
                        "Basic " + nobody)
                .returnResult()
                .getResponseBody();
        assertThat(Envelopes.unpack(Objects.requireNonNull(body)).get(0)).contains("unauthenticated");
    }

    @Test
    void aWrongTokenAndADeadSandboxAreTold() {
        service.data(id)
                .mutate()
                .defaultHeaders(headers -> headers.set("X-Access-Token", "ea_wrong"))
                .build()
                .post()
                .uri("/process.Process/List")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isUnauthorized();
        service.data("i123")
                .get()
                .uri("/health")
                .exchange()
                .expectStatus()
                .isEqualTo(502)
                .expectBody()
                .jsonPath("$.sandboxId")
                .isEqualTo("i123")
                .jsonPath("$.code")
                .isEqualTo(502);
        service.data(id).get().uri("/health").exchange().expectStatus().isNoContent();
    }

    private String list() {
        return String.valueOf(
                unary("List", "{}").expectBody(String.class).returnResult().getResponseBody());
    }

    private List<String> start(String json) {
        return stream(id, "Start", json);
    }

    private List<String> stream(String sandbox, String method, String json) {
        byte[] body = call(sandbox, method, STREAM, Envelopes.pack(json))
                .returnResult()
                .getResponseBody();
        return Envelopes.unpack(Objects.requireNonNull(body));
    }

    private WebTestClient.ResponseSpec unary(String method, String json) {
        return request(id, method, MediaType.APPLICATION_JSON)
                .bodyValue(json.getBytes(StandardCharsets.UTF_8))
                .exchange();
    }

    private WebTestClient.BodyContentSpec call(
            String sandbox, String method, MediaType type, byte[] body, String... headers) {
        WebTestClient.RequestBodySpec request = request(sandbox, method, type);
        for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
        return request.bodyValue(body).exchange().expectStatus().isOk().expectBody();
    }

    private WebTestClient.RequestBodySpec request(String sandbox, String method, MediaType type) {
        return service.data(sandbox)
                .mutate()
                .responseTimeout(Duration.ofSeconds(30))
                .build()
                .post()
                .uri("/process.Process/" + method)
                .contentType(type);
    }
}

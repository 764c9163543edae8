package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import reactor.core.publisher.Sinks;

/** A service that stops says so; it denies nothing that the next start will find. */
class StoppingServiceTests {

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void commandsAreNotDenied() {
        String all = "/sandboxes/" + service.sandbox() + "/commands";
        send(HttpMethod.POST, all, "{\"commandID\":\"one\",\"cmd\":\"sleep\"}")
                .expectStatus()
                .isCreated();
        service.begunToStop();
        for (String path : List.of(all, all + "/one", all + "/one/output")) {
            refused(send(HttpMethod.GET, path, ""));
        }
        refused(send(HttpMethod.DELETE, all + "/one", ""));
        refused(send(HttpMethod.POST, all + "/one/input", "text"));
        refused(send(HttpMethod.POST, all, "{\"commandID\":\"one\",\"cmd\":\"sleep\"}"));
    }

    @Test
    void creationThatIsCutShortIsNoFailure() throws Exception {
        Sinks.Empty<Void> begun = Sinks.empty();
        service.runtime.beforeStart = begun.asMono();
        CompletableFuture<ResponseSpec> creation = CompletableFuture.supplyAsync(
                () -> send(HttpMethod.POST, "/v2/sandboxes", "{\"templateID\":\"base\"}"));
        Awaitility.await().until(() -> begun.currentSubscriberCount() == 1);
        service.begunToStop();
        refused(creation.get(10, TimeUnit.SECONDS));
        refused(send(HttpMethod.POST, "/v2/sandboxes", "{\"templateID\":\"base\"}"));
    }

    private ResponseSpec send(HttpMethod method, String path, String body) {
        return service.control()
                .method(method)
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    private static void refused(ResponseSpec answer) {
        String body = Objects.requireNonNull(answer.expectStatus()
                .isEqualTo(503)
                .expectHeader()
                .valueEquals("Retry-After", "1")
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
        assertThat(body).containsPattern("stops|shuts down");
    }
}

package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.token.TokenSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Short-lived access tokens by HTTP: how they are issued and revoked. */
class AuthTests {

    private static final TestService SERVICE = new TestService();
    private static final String ID = SERVICE.sandbox();
    private static final String AUTH = "/sandboxes/" + ID + "/auth";

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @Test
    void theAnswerSaysAllThatAClientNeeds() {
        EntityExchangeResult<byte[]> result = SERVICE.control()
                .post()
                .uri(AUTH)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("Cache-Control", "no-store")
                .expectBody()
                .jsonPath("$.sandboxID")
                .isEqualTo(ID)
                .jsonPath("$.gatewayUrl")
                .isEqualTo("http://127.0.0.1:" + SERVICE.port())
                .jsonPath("$.gpu")
                .isEqualTo(false)
                .returnResult();
        JsonNode body = JsonMapper.shared().readTree(result.getResponseBody());
        String date = Objects.requireNonNull(result.getResponseHeaders().getFirst(HttpHeaders.DATE));
        Instant at =
                ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        String text = body.path("expiresAt").asString("");
        long seconds = body.path("expiresIn").asLong(0);
        assertThat(text).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(at).isBetween(Instant.now().minusSeconds(20), Instant.now());
        assertThat(Duration.between(at, Instant.parse(text)).toSeconds()).isBetween(seconds, seconds + 2);
        assertThat(seconds).isBetween(1700L, 1800L);
        assertThat(body.path("token").asString("")).isEqualTo(SERVICE.token(ID));
    }

    @Test
    void gatewayIsWhereTheClientHasReachedTheService() {
        SERVICE.control()
                .post()
                .uri(AUTH + "?x=1")
                .header("Host", "sandboxes.example:8443")
                .exchange()
                .expectBody()
                .jsonPath("$.gatewayUrl")
                .isEqualTo("http://sandboxes.example:8443");
    }

    @Test
    void aHostThatIsNoneIsRefusedAndNotRepeated() {
        SERVICE.control()
                .post()
                .uri(AUTH)
                .header("Host", "no host\"<x>")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.message")
                .value(
                        String.class,
                        message -> assertThat(message).contains("Host").doesNotContain("<x>"));
    }

    @Test
    void runtimesSayWhetherTheirSandboxesHaveAGpu() {
        assertThat(capabilities(List.of(RuntimeCapabilities.GPU)).gpu()).isTrue();
        assertThat(capabilities(List.of("files")).gpu()).isFalse();
    }

    private static RuntimeCapabilities capabilities(List<String> features) {
        return new RuntimeCapabilities("some", List.of("base"), List.of("user"), Map.of(), features);
    }

    @Test
    void onlyTheOwnersKeyIssuesAndRevokes() {
        String token = SERVICE.token(ID);
        WebTestClient other = SERVICE.anonymous()
                .mutate()
                .defaultHeader("X-API-Key", TestService.OTHER_KEY)
                .build();
        other.post().uri(AUTH).exchange().expectStatus().isNotFound();
        other.delete().uri(AUTH).exchange().expectStatus().isNotFound();
        SERVICE.control()
                .post()
                .uri("/sandboxes/never0heard/auth")
                .exchange()
                .expectStatus()
                .isNotFound();
        for (WebTestClient client : List.of(SERVICE.anonymous(), SERVICE.bearer(token))) {
            client.post().uri(AUTH).exchange().expectStatus().isUnauthorized();
            client.delete().uri(AUTH).exchange().expectStatus().isUnauthorized();
        }
        assertThat(SERVICE.token(ID)).isEqualTo(token);
    }

    @Test
    void otherMethodsAreRefusedAsSuch() {
        for (String method : List.of("GET", "PUT")) {
            SERVICE.control()
                    .method(org.springframework.http.HttpMethod.valueOf(method))
                    .uri(AUTH)
                    .exchange()
                    .expectStatus()
                    .isEqualTo(405)
                    .expectHeader()
                    .exists("Allow");
        }
    }

    @Test
    void revokedTokensAreRefusedFromThatMomentOn() {
        String id = SERVICE.sandbox();
        String first = SERVICE.token(id);
        SERVICE.bearer(first)
                .get()
                .uri("/sandboxes/" + id)
                .exchange()
                .expectStatus()
                .isOk();
        for (int i = 0; i < 2; i++) {
            SERVICE.control()
                    .delete()
                    .uri("/sandboxes/" + id + "/auth")
                    .exchange()
                    .expectStatus()
                    .isNoContent();
        }
        refused(SERVICE.bearer(first).get().uri("/sandboxes/" + id).exchange(), "revoked");
        refused(SERVICE.bearerData(id, first).get().uri("/envs").exchange(), "revoked");
        String second = SERVICE.token(id);
        assertThat(second).isNotEqualTo(first);
        SERVICE.bearer(second)
                .get()
                .uri("/sandboxes/" + id)
                .exchange()
                .expectStatus()
                .isOk();
        kill(id);
    }

    private static void refused(WebTestClient.ResponseSpec answer, String why) {
        answer.expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals("WWW-Authenticate", "Bearer error=\"invalid_token\"")
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo(401)
                .jsonPath("$.message")
                .value(String.class, message -> assertThat(message).contains(why));
    }

    private static void kill(String id) {
        SERVICE.control()
                .delete()
                .uri("/sandboxes/" + id)
                .exchange()
                .expectStatus()
                .isNoContent();
    }

    @Test
    void nothingIsLeftOfTheTokensOfAKilledSandbox() {
        String id = SERVICE.sandbox();
        String token = SERVICE.token(id);
        assertThat(recorded()).contains(id);
        kill(id);
        assertThat(recorded()).doesNotContain(id);
        refused(SERVICE.bearer(token).get().uri("/sandboxes/" + id).exchange(), "ended");
        refused(SERVICE.bearer(token).get().uri("/sandboxes/" + id + "/events").exchange(), "ended");
        SERVICE.bearerData(id, token)
                .get()
                .uri("/envs")
                .exchange()
                .expectStatus()
                .isEqualTo(502);
        SERVICE.control()
                .post()
                .uri("/sandboxes/" + id + "/auth")
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    private static List<String> recorded() {
        return Objects.requireNonNull(SERVICE.store
                .list("tokens")
                .map(document -> document.id())
                .collectList()
                .block(Duration.ofSeconds(5)));
    }

    @Test
    void tooManyNewOnesAreRefusedUntilLater() {
        TokenSettings few = new TokenSettings(Duration.ofMinutes(1), Duration.ofDays(1), 1, 5);
        try (TestService service = new TestService(few)) {
            String path = "/sandboxes/" + service.sandbox() + "/auth";
            WebTestClient.ResponseSpec answer =
                    service.control().post().uri(path).exchange();
            for (int i = 0;
                    i < 20 && answer.returnResult(String.class).getStatus().value() == 200;
                    i++) {
                service.control().delete().uri(path).exchange().expectStatus().isNoContent();
                answer = service.control().post().uri(path).exchange();
            }
            answer.expectStatus()
                    .isEqualTo(429)
                    .expectHeader()
                    .valueEquals("Retry-After", "1")
                    .expectBody()
                    .jsonPath("$.message")
                    .value(String.class, message -> assertThat(message).contains("sandbar.tokens.per-sandbox"));
        }
    }
}

package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Whoever isn't let in is told which credential is missing (RFC 9110). */
class ChallengeTests {

    private static final TestService SERVICE = new TestService();
    private static final String ID = SERVICE.sandbox();

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @Test
    void strangersToEachPlaneAreChallenged() {
        challenged(SERVICE.anonymous().get().uri("/sandboxes"));
        challenged(SERVICE.anonymous().get().uri("/sandboxes").header("X-API-Key", "wrong"));
        challenged(SERVICE.anonymous().get().uri("/sessions"));
        challenged(SERVICE.anonymous().get().uri("/sandboxes").accept(MediaType.APPLICATION_PROBLEM_JSON));
        challenged(SERVICE.anonymous()
                .method(HttpMethod.POST)
                .uri("/filesystem.Filesystem/Stat")
                .header("E2b-Sandbox-Id", ID)
                .header("E2b-Sandbox-Port", "49983")
                .contentType(MediaType.APPLICATION_JSON)
                .header("Connect-Protocol-Version", "1"));
    }

    private static void challenged(WebTestClient.RequestHeadersSpec<?> request) {
        request.exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .value("WWW-Authenticate", challenge -> assertThat(challenge).isEqualTo("ApiKey realm=\"Sandbar\""));
    }
}

package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.reactive.server.WebTestClient;

/** What happens to a sandbox, as server-sent events. */
class EventTests {

    private static final Pattern TYPE = Pattern.compile("(?m)^event: (.*)$");

    private final TestService service = new TestService();
    private final String id = service.sandbox();

    @AfterEach
    void nothingIsFollowedAtTheEnd() {
        Awaitility.await().until(() -> service.events.followed() == 0);
        service.close();
    }

    @Test
    void aSandboxesWholeLifeCanBeReadAfterItsEnd() {
        end();
        assertThat(types("/events"))
                .containsExactly("sandbox.created", "sandbox.running", "sandbox.renewed", "sandbox.ended");
        assertThat(types("/events?after=3")).containsExactly("sandbox.ended");
        service.control()
                .get()
                .uri(path("/events?after=4"))
                .exchange()
                .expectStatus()
                .isNoContent();
    }

    @Test
    void theFirstOneSaysThatThereIsLoopbackOnly() {
        end();
        assertThat(text("/events")).containsOnlyOnce("\"network\":\"loopback\"");
        assertThat(text("/events?after=1")).doesNotContain("network");
    }

    @Test
    void whoFollowsSeesTheEnd() {
        Thread killer = new Thread(() -> {
            Awaitility.await().until(() -> service.events.followed() == 1);
            end();
        });
        killer.start();
        assertThat(types("/events")).endsWith("sandbox.ended");
    }

    @Test
    void headersAloneAreNotFollowed() {
        service.control()
                .head()
                .uri(path("/events"))
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType("text/event-stream");
        assertThat(service.events.followed()).isZero();
    }

    @Test
    void othersSeeNothing() {
        refused(service.anonymous().mutate().defaultHeader("X-API-Key", TestService.OTHER_KEY), HttpStatus.NOT_FOUND);
        refused(service.anonymous().mutate(), HttpStatus.UNAUTHORIZED);
        service.control()
                .get()
                .uri("/sandboxes/unknown/events")
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    @Test
    void nonsenseIsRefused() {
        service.control()
                .get()
                .uri(path("/events?after=x"))
                .exchange()
                .expectStatus()
                .isBadRequest();
        service.control()
                .get()
                .uri(path("/events?after=99"))
                .exchange()
                .expectStatus()
                .isBadRequest();
        service.control().post().uri(path("/events")).exchange().expectStatus().isEqualTo(405);
    }

    private void refused(WebTestClient.Builder client, HttpStatus status) {
        client.build().get().uri(path("/events")).exchange().expectStatus().isEqualTo(status);
    }

    private void end() {
        service.control()
                .post()
                .uri(path("/timeout"))
                .header("Content-Type", "application/json")
                .bodyValue("{\"timeout\":100}")
                .exchange()
                .expectStatus()
                .isNoContent();
        service.control().delete().uri(path("")).exchange().expectStatus().isNoContent();
    }

    private String text(String path) {
        return String.valueOf(service.control()
                .get()
                .uri(path(path))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }

    private List<String> types(String path) {
        return TYPE.matcher(text(path)).results().map(match -> match.group(1)).toList();
    }

    private String path(String rest) {
        return "/sandboxes/" + id + rest;
    }
}

package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a page can do in a session that it has no API key for, and how its events are followed. */
class SessionTicketTests {

    private static final String PAGE = "https://page.example";

    private final TestService service = new TestService();
    private final String id = post("/sessions", "{}").path("sessionID").stringValue();
    private final String ticket =
            post("/sessions/" + id + "/ticket", "{\"ttl\":30}").path("ticket").stringValue();

    @AfterEach
    void stop() {
        Awaitility.await().until(() -> service.events.followed() == 0);
        service.close();
    }

    @Test
    void aBeaconOfAnotherOriginTearsTheSandboxDown() {
        Awaitility.await().until(() -> !service.sandboxes.list().isEmpty());
        beacon(id, ticket, "")
                .expectStatus()
                .isAccepted()
                .expectHeader()
                .valueEquals("Access-Control-Allow-Origin", "*");
        Awaitility.await().until(() -> service.sandboxes.list().isEmpty());
    }

    @Test
    void aPageThatIsLeftOnlyWishes() {
        beacon(id, ticket, "&reason=pagehide").expectStatus().isAccepted();
        assertThat(wished()).isTrue();
    }

    @Test
    void whoFollowsTheEventsIsPresent() {
        beacon(id, ticket, "&reason=pagehide").expectStatus().isAccepted();
        service.readAndLeave("/sessions/" + id + "/events");
        Awaitility.await().until(() -> !wished());
    }

    @Test
    void eventsAreReplayedFromAnyIdAndEndWithTheSession() {
        service.control()
                .delete()
                .uri("/sessions/" + id)
                .exchange()
                .expectStatus()
                .isNoContent();
        String all = events("?ticket=" + ticket);
        assertThat(all).startsWith(": ok\n\nid: 1\nevent: session.created\n").contains("event: session.ended\n");
        String rest = events("?ticket=" + ticket + "&after=2");
        assertThat(rest).startsWith(": ok\n\nid: 3\n").endsWith(all.substring(all.indexOf("id: 3\n")));
    }

    @Test
    void aTicketIsForItsSessionAndForTwoRoutesOnly() {
        String another = post("/sessions", "{}").path("sessionID").stringValue();
        beacon(another, ticket, "").expectStatus().isUnauthorized();
        beacon(id, ticket.substring(1), "").expectStatus().isUnauthorized();
        beacon(id, "", "")
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals("Access-Control-Allow-Origin", "*");
        WebTestClient page = service.anonymous();
        page.get()
                .uri("/sessions/" + id + "?ticket=" + ticket)
                .exchange()
                .expectStatus()
                .isUnauthorized();
        page.post()
                .uri("/sessions/" + id + "/ticket?ticket=" + ticket)
                .exchange()
                .expectStatus()
                .isUnauthorized();
        page.post()
                .uri("/sessions/" + id + "/tools/bash?ticket=" + ticket)
                .exchange()
                .expectStatus()
                .isUnauthorized();
        page.get().uri("/sessions/" + id + "/events").exchange().expectStatus().isUnauthorized();
    }

    @Test
    void preflightsOfTicketsAreAnswered() {
        preflight("/sessions/" + id + "/sandbox/teardown?ticket=x")
                .expectStatus()
                .isNoContent();
        preflight("/sessions/" + id + "/sandbox/teardown").expectStatus().is4xxClientError();
        preflight("/sessions/" + id + "/interrupt?ticket=x").expectStatus().is4xxClientError();
    }

    private boolean wished() {
        return Objects.requireNonNull(service.sessions.get("one", id).block()).wishedAt() != null;
    }

    private WebTestClient.ResponseSpec preflight(String path) {
        return service.anonymous()
                .options()
                .uri(path)
                .header("Origin", PAGE)
                .header("Access-Control-Request-Method", "POST")
                .exchange();
    }

    private WebTestClient.ResponseSpec beacon(String session, String with, String more) {
        return service.anonymous()
                .post()
                .uri("/sessions/" + session + "/sandbox/teardown?ticket=" + with + more)
                .header("Origin", PAGE)
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue("bye")
                .exchange();
    }

    private String events(String query) {
        return String.valueOf(service.anonymous()
                .get()
                .uri("/sessions/" + id + "/events" + query)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }

    private JsonNode post(String path, String body) {
        byte[] answer = service.control()
                .post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .is2xxSuccessful()
                .expectBody()
                .returnResult()
                .getResponseBody();
        return JsonMapper.shared().readTree(answer == null ? new byte[0] : answer);
    }
}

package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient;

/** What a short-lived access token opens, and what it doesn't. */
class BearerTests {

    private static final TestService SERVICE = new TestService();
    private static final String ID = SERVICE.sandbox();
    private static final String NEIGHBOUR = SERVICE.sandbox();
    private static final String TOKEN = SERVICE.token(ID);
    private static final String JSON = "application/json";

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    private static WebTestClient data() {
        return SERVICE.bearerData(ID, TOKEN);
    }

    @Test
    void theDataPlaneIsOpenToIt() {
        data().get().uri("/envs").exchange().expectStatus().isOk();
        data().post()
                .uri("/files?path=by-token")
                .header("Content-Type", "application/octet-stream")
                .bodyValue("written".getBytes(StandardCharsets.UTF_8))
                .exchange()
                .expectStatus()
                .isOk();
        data().get()
                .uri("/files?path=by-token")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .isEqualTo("written");
        data().post()
                .uri("/filesystem.Filesystem/Stat")
                .header("Content-Type", JSON)
                .bodyValue("{\"path\":\"by-token\"}")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.entry.name")
                .isEqualTo("by-token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer ", "BEARER ", "Bearer   "})
    void theSchemesNameIsReadAsHttpSays(String scheme) {
        plain().get()
                .uri("/envs")
                .header("Authorization", scheme + TOKEN)
                .exchange()
                .expectStatus()
                .isOk();
    }

    private static WebTestClient plain() {
        return SERVICE.anonymous()
                .mutate()
                .defaultHeader("E2b-Sandbox-Id", ID)
                .defaultHeader("E2b-Sandbox-Port", "49983")
                .build();
    }

    @Test
    void ourOwnRoutesOfTheSandboxAreOpenToIt() {
        WebTestClient client = SERVICE.bearer(TOKEN);
        client.post()
                .uri("/sandboxes/" + ID + "/commands")
                .header("Content-Type", JSON)
                .bodyValue("{\"commandID\":\"one\",\"cmd\":\"cat\"}")
                .exchange()
                .expectStatus()
                .isCreated();
        client.get()
                .uri("/sandboxes/" + ID + "/commands/one")
                .exchange()
                .expectStatus()
                .isOk();
        client.get()
                .uri("/sandboxes/" + ID + "/commands")
                .exchange()
                .expectStatus()
                .isOk();
        client.delete()
                .uri("/sandboxes/" + ID + "/commands/one")
                .exchange()
                .expectStatus()
                .isNoContent();
        client.get()
                .uri("/sandboxes/" + ID + "/metrics")
                .exchange()
                .expectStatus()
                .isOk();
        client.head()
                .uri("/sandboxes/" + ID + "/events")
                .exchange()
                .expectStatus()
                .isOk();
        client.post()
                .uri("/sandboxes/" + ID + "/refreshes")
                .exchange()
                .expectStatus()
                .isNoContent();
    }

    @Test
    void itIsNotExchangedForALongLivedOne() {
        SERVICE.bearer(TOKEN)
                .get()
                .uri("/sandboxes/" + ID)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.sandboxID")
                .isEqualTo(ID)
                .jsonPath("$.envdAccessToken")
                .doesNotExist();
        SERVICE.control()
                .get()
                .uri("/sandboxes/" + ID)
                .exchange()
                .expectBody()
                .jsonPath("$.envdAccessToken")
                .isEqualTo(SERVICE.tokens.of(ID));
    }

    @Test
    void itMayPutTheEndOffButNotBringItForward() {
        setTimeout(600).expectStatus().isNoContent();
        setTimeout(5)
                .expectStatus()
                .isForbidden()
                .expectBody()
                .jsonPath("$.message")
                .value(String.class, message -> assertThat(message).contains("X-API-Key"));
        setTimeout(900).expectStatus().isNoContent();
    }

    private static WebTestClient.ResponseSpec setTimeout(int seconds) {
        return SERVICE.bearer(TOKEN)
                .post()
                .uri("/sandboxes/" + ID + "/timeout")
                .header("Content-Type", JSON)
                .bodyValue("{\"timeout\":" + seconds + "}")
                .exchange();
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, /sandboxes/{id}",
        "POST,   /sandboxes/{id}/connect",
        "POST,   /v2/sandboxes/{id}/connect",
        "POST,   /sandboxes/{id}/auth",
        "DELETE, /sandboxes/{id}/auth",
        "POST,   /sandboxes/{id}/pause",
        "GET,    /sandboxes",
        "POST,   /v2/sandboxes",
        "GET,    /sandboxes/metrics",
        "GET,    /capabilities",
        "GET,    /secrets/x"
    })
    void whatIsTheOwnersNeedsTheKey(HttpMethod method, String path) {
        SERVICE.bearer(TOKEN)
                .method(method)
                .uri(path.replace("{id}", ID))
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectBody()
                .jsonPath("$.message")
                .value(String.class, message -> assertThat(message).contains("X-API-Key"));
        assertThat(SERVICE.sandboxes.find(ID)).isNotNull();
    }

    @Test
    void anotherSandboxsTokenIsRefused() {
        String other = SERVICE.token(NEIGHBOUR);
        refused(SERVICE.bearer(other).get().uri("/sandboxes/" + ID).exchange(), "another sandbox");
        refused(SERVICE.bearerData(ID, other).get().uri("/envs").exchange(), "another sandbox");
        refused(SERVICE.bearerData(ID, other).get().uri("/files?path=x").exchange(), "another sandbox");
        refused(SERVICE.bearer(other).get().uri("/sandboxes/unknown").exchange(), "another sandbox");
    }

    /** The same answer for a sandbox that there is and for one that there isn't. */
    @ParameterizedTest
    @ValueSource(strings = {"", "x", "sbt1.a.b.c.d.1.1.e", "eyJhbGciOiJub25lIn0.e30.", "%00%ff"})
    void forgedTokensLearnNothing(String forged) {
        for (String id : List.of(ID, "unknown")) {
            refused(SERVICE.bearer(forged).get().uri("/sandboxes/" + id).exchange(), "malformed");
            refused(
                    SERVICE.bearer(forged)
                            .get()
                            .uri("/sandboxes/" + id + "/commands")
                            .exchange(),
                    "malformed");
        }
        refused(SERVICE.bearerData(ID, forged).get().uri("/envs").exchange(), "malformed");
        refused(SERVICE.bearerData(ID, forged).get().uri("/files?path=x").exchange(), "malformed");
    }

    @Test
    void theLongLivedTokenIsNoShortLivedOne() {
        refused(SERVICE.bearerData(ID, SERVICE.tokens.of(ID)).get().uri("/envs").exchange(), "malformed");
        plain().get()
                .uri("/envs")
                .header("X-Access-Token", TOKEN)
                .exchange()
                .expectStatus()
                .isUnauthorized();
    }

    private static void refused(WebTestClient.ResponseSpec answer, String why) {
        answer.expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals("WWW-Authenticate", "Bearer error=\"invalid_token\"")
                .expectBody()
                .jsonPath("$.message")
                .value(String.class, message -> assertThat(message).contains(why));
    }

    @Test
    void hugeHeadersAreRefused() {
        refused(SERVICE.bearer("x".repeat(5_000)).get().uri("/sandboxes/" + ID).exchange(), "malformed");
        SERVICE.bearer("x".repeat(100_000))
                .get()
                .uri("/sandboxes/" + ID)
                .exchange()
                .expectStatus()
                .is4xxClientError();
    }

    @Test
    void whatElseIsPresentedDecidesAlone() {
        SERVICE.bearer(TOKEN)
                .get()
                .uri("/sandboxes/" + ID)
                .header("X-API-Key", "wrong")
                .exchange()
                .expectStatus()
                .isUnauthorized();
        SERVICE.bearer("rubbish")
                .get()
                .uri("/sandboxes/" + ID)
                .header("X-API-Key", TestService.KEY)
                .exchange()
                .expectStatus()
                .isOk();
        data().get()
                .uri("/envs")
                .header("X-Access-Token", "wrong")
                .exchange()
                .expectStatus()
                .isUnauthorized();
        SERVICE.bearerData(ID, "rubbish")
                .get()
                .uri("/envs")
                .header("X-Access-Token", SERVICE.tokens.of(ID))
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void usersOfTheSandboxAreStillNamedByBasic() {
        String user = Base64.getEncoder().encodeToString("nobody:".getBytes(StandardCharsets.UTF_8));
        SERVICE.data(ID)
                .get()
                .uri("/files?path=x")
                .header("Authorization", "Basic " + user)
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectBody()
                .jsonPath("$.message")
                .value(String.class, message -> assertThat(message).contains("invalid username"));
        plain().get()
                .uri("/envs")
                .header("Authorization", "Basic " + user)
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals("WWW-Authenticate", "ApiKey realm=\"Sandbar\"");
        data().get()
                .uri("/files?path=x&username=nobody")
                .exchange()
                .expectStatus()
                .isUnauthorized();
    }

    @Test
    void aDeadSandboxIsToldBeforeTokensAreLookedAt() {
        for (String token : List.of(TOKEN, "rubbish")) {
            SERVICE.bearerData("never0heard", token)
                    .get()
                    .uri("/envs")
                    .exchange()
                    .expectStatus()
                    .isEqualTo(502)
                    .expectBody()
                    .jsonPath("$.sandboxId")
                    .isEqualTo("never0heard");
        }
    }

    @Test
    void pagesMaySendIt() {
        SERVICE.anonymous()
                .options()
                .uri("/files")
                .header("Origin", "http://page.example")
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Headers", "authorization, e2b-sandbox-id, e2b-sandbox-port")
                .exchange()
                .expectStatus()
                .isNoContent()
                .expectHeader()
                .valueEquals("Access-Control-Allow-Headers", "authorization, e2b-sandbox-id, e2b-sandbox-port");
        SERVICE.bearerData(ID, "rubbish")
                .get()
                .uri("/envs")
                .header("Origin", "http://page.example")
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals("Access-Control-Allow-Origin", "*");
    }
}

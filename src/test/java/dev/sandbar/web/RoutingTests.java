package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;

/** What a request is decides where it goes: clients name the sandbox where they needn't, and don't where they should. */
class RoutingTests {

    private static final TestService SERVICE = new TestService();

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @AfterEach
    void endSandboxes() {
        Flux.fromIterable(SERVICE.sandboxes.list())
                .flatMap(sandbox -> SERVICE.sandboxes.kill(sandbox.owner(), sandbox.id()), 8)
                .blockLast();
    }

    /** As E2B's Python SDK did up to 2.26 with {@code connect}. */
    private static WebTestClient naming(String id) {
        return SERVICE.control()
                .mutate()
                .defaultHeader("E2b-Sandbox-Id", id)
                .defaultHeader("E2b-Sandbox-Port", "49983")
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "POST,   /sandboxes/ID/connect,    200",
        "POST,   /v2/sandboxes/ID/connect, 200",
        "GET,    /sandboxes/ID,            200",
        "GET,    /v2/sandboxes,            200",
        "GET,    /sandboxes/ID/metadata,   200",
        "GET,    /sandboxes/ID/commands,   200",
        "GET,    /capabilities,            200",
        "GET,    /sessions,                200",
        "POST,   /sandboxes/ID/pause,      501",
        "DELETE, /sandboxes/ID,            204",
        "PUT,    /sandboxes/ID/connect,    405",
    })
    void callsOfTheControlPlaneMayNameTheSandboxToo(String method, String path, int status) {
        String id = SERVICE.sandbox();
        naming(id)
                .method(HttpMethod.valueOf(method))
                .uri(path.replace("ID", id))
                .exchange()
                .expectStatus()
                .isEqualTo(status);
    }

    @Test
    void suchCallsNeedTheKeyAllTheSame() {
        String id = SERVICE.sandbox();
        SERVICE.data(id)
                .post()
                .uri("/sandboxes/" + id + "/connect")
                .exchange()
                .expectStatus()
                .isUnauthorized();
        SERVICE.data(id)
                .delete()
                .uri("/sandboxes/" + id)
                .exchange()
                .expectStatus()
                .isUnauthorized();
    }

    @Test
    void aSandboxThatIsGoneIsNotFoundThereAnd502InItsOwnApi() {
        naming("igone")
                .post()
                .uri("/sandboxes/igone/connect")
                .exchange()
                .expectStatus()
                .isNotFound();
        for (String path : new String[] {"/health", "/files?path=x", "/metrics", "/nothing"}) {
            naming("igone").get().uri(path).exchange().expectStatus().isEqualTo(502);
        }
    }

    @Test
    void pathsThatNobodyKnowsBelongToTheSandboxThatIsNamed() {
        String id = SERVICE.sandbox();
        String answer = text(
                SERVICE.data(id).get().uri("/nothing").exchange().expectStatus().isNotFound());
        assertThat(answer).contains("in a sandbox's API");
        naming(id).get().uri("/nothing").exchange().expectStatus().isUnauthorized();
    }

    @Test
    void otherPortsHaveAnyPath() {
        String id = SERVICE.sandbox();
        SERVICE.control()
                .get()
                .uri("/sandboxes/" + id)
                .header("E2b-Sandbox-Id", id)
                .header("E2b-Sandbox-Port", "8080")
                .exchange()
                .expectStatus()
                .isEqualTo(501);
    }

    @Test
    void hostsOfSandboxesHaveAnyPath() {
        String id = SERVICE.sandbox();
        SERVICE.control()
                .get()
                .uri("/sandboxes/" + id)
                .header("Host", "49983-" + id + ".example.org")
                .header("X-Access-Token", SERVICE.tokens.of(id))
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.message")
                .value(String.class, message -> assertThat(message).contains("in a sandbox's API"));
    }

    /** As E2B's JavaScript SDK did up to 2.14.0 with files, and Python's after {@code connect} with everything. */
    private static WebTestClient withToken(String token) {
        return SERVICE.anonymous()
                .mutate()
                .defaultHeader("X-Access-Token", token)
                .build();
    }

    @Test
    void aTokenAloneNamesItsSandbox() {
        String other = SERVICE.sandbox();
        String id = SERVICE.sandbox();
        WebTestClient client = withToken(SERVICE.tokens.of(id));
        client.post()
                .uri("/files?path=a.txt&username=user")
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .bodyValue("hello".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .exchange()
                .expectStatus()
                .isOk();
        assertThat(text(client.get()
                        .uri("/files?path=a.txt")
                        .exchange()
                        .expectStatus()
                        .isOk()))
                .isEqualTo("hello");
        withToken(SERVICE.tokens.of(other))
                .get()
                .uri("/files?path=a.txt")
                .exchange()
                .expectStatus()
                .isNotFound();
        client.get().uri("/health").exchange().expectStatus().isNoContent();
        client.get().uri("/envs").exchange().expectStatus().isOk();
        client.post()
                .uri("/process.Process/List")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isOk();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/files?path=a", "/metrics", "/envs"})
    void aTokenWhoseSandboxHasEndedIsToldSo(String path) {
        String id = SERVICE.sandbox();
        WebTestClient client = withToken(SERVICE.tokens.of(id));
        client.get().uri("/health").exchange().expectStatus().isNoContent();
        SERVICE.sandboxes.kill("one", id).block();
        client.get().uri(path).exchange().expectStatus().isEqualTo(502);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "ea_", "ea_00", "sbt1.x"})
    void whatIsNoTokenIsNone(String token) {
        withToken(token).get().uri("/files?path=a").exchange().expectStatus().isUnauthorized();
    }

    @Test
    void aTokenOpensNothingOfTheControlPlane() {
        String id = SERVICE.sandbox();
        withToken(SERVICE.tokens.of(id))
                .get()
                .uri("/sandboxes/" + id)
                .exchange()
                .expectStatus()
                .isUnauthorized();
    }

    @Test
    void withoutATokenHealthIsTheServicesOwn() {
        SERVICE.anonymous().get().uri("/health").exchange().expectStatus().isOk();
    }

    private static String text(WebTestClient.ResponseSpec answer) {
        return String.valueOf(answer.expectBody(String.class).returnResult().getResponseBody());
    }
}

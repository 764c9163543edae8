package dev.sandbar.web;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient;

/** What a browser needs so that the scripts of a page may speak to a sandbox. */
class CorsTests {

    private static final TestService SERVICE = new TestService();
    private static final String ID = SERVICE.sandbox();
    private static final String ASKED = "authorization, content-type, e2b-sandbox-id, e2b-sandbox-port, x-access-token";

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @Test
    void preflightsNeedNoTokenAndNoSandbox() {
        preflight("/process.Process/Start", "http://page.example", ASKED)
                .expectStatus()
                .isNoContent()
                .expectHeader()
                .valueEquals("Access-Control-Allow-Origin", "*")
                .expectHeader()
                .valueEquals("Access-Control-Allow-Headers", ASKED)
                .expectHeader()
                .valueEquals("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE");
        preflight("/files?path=a&signature=b", "null", "content-type")
                .expectStatus()
                .isNoContent();
        SERVICE.anonymous()
                .options()
                .uri("/health")
                .header("Host", "49983-" + ID + ".sandbox.example")
                .header("Origin", "http://page.example")
                .header("Access-Control-Request-Method", "GET")
                .exchange()
                .expectStatus()
                .isNoContent()
                .expectHeader()
                .doesNotExist("Access-Control-Allow-Headers");
    }

    @Test
    void theControlPlaneStaysClosedToPages() {
        preflight("/files", "http://page.example", "content-type")
                .expectStatus()
                .is4xxClientError();
        preflight("/sandboxes", "http://page.example", "x-api-key")
                .expectStatus()
                .is4xxClientError()
                .expectHeader()
                .doesNotExist("Access-Control-Allow-Origin");
        SERVICE.control()
                .get()
                .uri("/sandboxes")
                .header("Origin", "http://page.example")
                .exchange()
                .expectHeader()
                .doesNotExist("Access-Control-Allow-Origin");
    }

    @Test
    void answersAndRefusalsMayBeRead() {
        answered("/envs", 200);
        answered("/files?path=gone", 404);
        answered("/nothing", 404);
        SERVICE.anonymous()
                .get()
                .uri("/envs")
                .header("E2b-Sandbox-Id", ID)
                .header("E2b-Sandbox-Port", "49983")
                .header("Origin", "http://page.example")
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals("Access-Control-Allow-Origin", "*");
    }

    @Test
    void withoutAnOriginThereIsNothingToSay() {
        SERVICE.data(ID).get().uri("/envs").exchange().expectHeader().doesNotExist("Access-Control-Allow-Origin");
        SERVICE.data(ID)
                .method(HttpMethod.OPTIONS)
                .uri("/envs")
                .exchange()
                .expectStatus()
                .isEqualTo(405);
    }

    private static void answered(String path, int status) {
        SERVICE.data(ID)
                .get()
                .uri(path)
                .header("Origin", "http://page.example")
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .valueEquals("Access-Control-Allow-Origin", "*")
                .expectHeader()
                .valueEquals("Access-Control-Expose-Headers", "*");
    }

    private static WebTestClient.ResponseSpec preflight(String path, String origin, String headers) {
        return SERVICE.anonymous()
                .options()
                .uri(path)
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", headers)
                .exchange();
    }
}

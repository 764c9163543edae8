package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class ControlPlaneTests {

    private static final TestService SERVICE = new TestService();

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @AfterEach
    void endSandboxes() {
        SERVICE.runtime.refusing = false;
        Flux.fromIterable(SERVICE.sandboxes.list())
                .flatMap(sandbox -> SERVICE.sandboxes.kill(sandbox.owner(), sandbox.id()), 8)
                .blockLast();
    }

    @Test
    void aSandboxIsMadeDescribedRenewedAndKilledOnce() {
        String id =
                SERVICE.create("{\"templateID\":\"base\",\"metadata\":{\"a\":\"b c\"},\"envVars\":{\"FOO\":\"bar\"}}");
        get("/sandboxes/" + id)
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.state")
                .isEqualTo("running")
                .jsonPath("$.metadata.a")
                .isEqualTo("b c")
                .jsonPath("$.envdVersion")
                .isEqualTo("0.6.13")
                .jsonPath("$.envdAccessToken")
                .isEqualTo(SERVICE.tokens.of(id))
                .jsonPath("$.lifecycle.onTimeout")
                .isEqualTo("kill");
        post("/sandboxes/" + id + "/timeout", "{\"timeout\":91}").expectStatus().isNoContent();
        post("/sandboxes/" + id + "/refreshes", "{\"duration\":100}")
                .expectStatus()
                .isNoContent();
        post("/v2/sandboxes/" + id + "/connect", "").expectStatus().isOk();
        post("/sandboxes/" + id + "/connect", "{\"timeout\":10}").expectStatus().isOk();
        delete(id).expectStatus().isNoContent();
        delete(id).expectStatus().isNotFound().expectBody().jsonPath("$.code").isEqualTo(404);
    }

    @Test
    void connectingOnlyEverExtends() {
        String id = SERVICE.sandbox();
        post("/sandboxes/" + id + "/timeout", "{\"timeout\":600}")
                .expectStatus()
                .isNoContent();
        var before = SERVICE.sandboxes.get("one", id).endAt();
        post("/sandboxes/" + id + "/connect", "{\"timeout\":10}").expectStatus().isOk();
        assertThat(SERVICE.sandboxes.get("one", id).endAt()).isEqualTo(before);
    }

    @Test
    void anothersSandboxLooksMissing() {
        String id = SERVICE.sandbox();
        SERVICE.anonymous()
                .get()
                .uri("/sandboxes/" + id)
                .header("X-API-Key", TestService.OTHER_KEY)
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    @Test
    void withoutAKnownKeyThereIsNothing() {
        SERVICE.anonymous()
                .get()
                .uri("/v2/sandboxes")
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo(401);
        SERVICE.anonymous()
                .get()
                .uri("/capabilities")
                .header("X-API-Key", "e2b_12")
                .exchange()
                .expectStatus()
                .isUnauthorized();
        SERVICE.anonymous().get().uri("/health").exchange().expectStatus().isOk();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"templateID\":\"base\"            | not well-formed",
                "[1]                                 | must be an object",
                "null                                | not null",
                "{\"templateID\":7}                  | \"templateID\" must be a string",
                "{\"timeout\":10}                    | \"templateID\" is required",
                "{\"templateID\":\"base\",\"timeout\":\"soon\"}   | \"timeout\" must be a whole number",
                "{\"templateID\":\"base\",\"timeout\":1.5}        | \"timeout\" must be a whole number",
                "{\"templateID\":\"base\",\"timeout\":-1}         | less than 0",
                "{\"templateID\":\"base\",\"timeout\":0}          | more than 0",
                "{\"templateID\":\"base\",\"timeout\":99999999999} | greater than",
                "{\"templateID\":\"base\",\"timeout\":99999999999999999999} | \"timeout\"",
                "{\"templateID\":\"base\",\"metadata\":{\"a\":1}}   | \"metadata.a\" must be a string",
                "{\"templateID\":\"base\",\"metadata\":{\"a\":true}} | \"metadata.a\" must be a string",
                "{\"templateID\":\"base\",\"metadata\":{\"a\":null}} | must be strings",
                "{\"templateID\":\"base\",\"metadata\":{\"a\":{}}}  | \"metadata.a\" must be a string",
                "{\"templateID\":\"base\",\"envVars\":{\"a=b\":\"c\"}} | environment variable",
                "{\"templateID\":\"base\",\"envVars\":{\"a\":\"\\u0000\"}} | NUL",
                "{\"templateID\":\"base\",\"autoPause\":true} | autoPause",
                "{\"templateID\":\"base\",\"autoPauseMemory\":false} | autoPauseMemory",
                "{\"templateID\":\"base\",\"autoResume\":{\"enabled\":true}} | autoResume",
                "{\"templateID\":\"base\",\"network\":{\"allowOut\":[\"*\"]}} | network.allowOut",
                "{\"templateID\":\"base\",\"network\":{\"allowPublicTraffic\":false}} | network.allowPublicTraffic",
                "{\"templateID\":\"base\",\"network\":{\"rules\":{\"a.b\":[]}}} | network.rules",
                "{\"templateID\":\"base\",\"network\":{\"maskRequestHost\":\"x\"}} | network.maskRequestHost",
                "{\"templateID\":\"base\",\"network\":{\"egressProxy\":{\"address\":\"a\"}}} | network.egressProxy",
                "{\"templateID\":\"base\",\"network\":{\"httpsPorts\":[443]}} | network.httpsPorts",
                "{\"templateID\":\"base\",\"iam\":{\"tokens\":{\"a\":{}}}} | iam",
                "{\"templateID\":\"base\",\"sidecars\":[{}]} | sidecars",
                "{\"templateID\":\"base\",\"mcp\":{}} | mcp",
                "{\"templateID\":\"base\",\"volumeMounts\":[{\"name\":\"v\"}]} | volumeMounts",
            })
    void aCreationThatCantBeHonouredSaysWhy(String body, String why) {
        String answer = text(post("/sandboxes", body).expectStatus().isBadRequest());
        assertThat(answer).contains("\"code\":400").contains(why.replace("\"", "\\\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"allow_internet_access\":true",
                "\"allow_internet_access\":false",
                "\"secure\":true",
                "\"secure\":false",
                "\"autoPause\":false,\"autoPauseMemory\":true,\"autoResume\":{\"enabled\":false}",
                "\"autoResume\":{}",
                "\"network\":{}",
                "\"network\":{\"allowPublicTraffic\":true}",
                "\"network\":{\"allowPublicTraffic\":null,\"allowOut\":[],\"denyOut\":[],\"rules\":{},\"httpsPorts\":[]}",
                "\"network\":{\"egressProxy\":null,\"maskRequestHost\":\"\"}",
                "\"network\":{\"denyOut\":[\"0.0.0.0/0\"]}",
                "\"volumeMounts\":[]",
                "\"iam\":{}",
                "\"iam\":{\"tokens\":{}}",
                "\"mcp\":null,\"metadata\":null,\"envVars\":null,\"timeout\":null,\"network\":null,\"iam\":null",
            })
    void whatMeansTheDefaultIsAccepted(String fields) {
        String id = SERVICE.create("{\"templateID\":\"base\"," + fields + "}");
        get("/sandboxes/" + id)
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.allowInternetAccess")
                .isEqualTo(false);
    }

    @Test
    void aServiceMayRefuseWhoAsksForTheInternet() {
        try (TestService strict = new TestService(WebSettings.of("test").withRefuseInternetAccess(true))) {
            for (String refused : List.of("true", "false", "null")) {
                strict.control()
                        .post()
                        .uri("/sandboxes")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"templateID\":\"base\",\"allow_internet_access\":" + refused + "}")
                        .exchange()
                        .expectStatus()
                        .isEqualTo(refused.equals("true") ? 400 : 201);
            }
        }
    }

    @Test
    void aTimeoutOfNothingEndsTheSandboxAtOnce() {
        String id = SERVICE.sandbox();
        post("/sandboxes/" + id + "/refreshes", "{\"duration\":0}")
                .expectStatus()
                .isNoContent();
        post("/sandboxes/" + id + "/connect", "{\"timeout\":0}").expectStatus().isOk();
        post("/sandboxes/" + id + "/timeout", "{\"timeout\":-1}").expectStatus().isBadRequest();
        post("/sandboxes/" + id + "/timeout", "{\"timeout\":0}").expectStatus().isNoContent();
        get("/sandboxes/" + id).expectStatus().isNotFound();
        post("/sandboxes/" + id + "/timeout", "{\"timeout\":0}").expectStatus().isNotFound();
    }

    @Test
    void templatesThatAreThereAreKnownByTheirNames() {
        get("/templates/aliases/base")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.templateID")
                .isEqualTo("base")
                .jsonPath("$.public")
                .isEqualTo(true);
        get("/templates/aliases/other").expectStatus().isNotFound();
    }

    @Test
    void anUnknownTemplateIsNotFoundAndTheAnswerNamesWhatThereIs() {
        String answer = text(
                post("/sandboxes", "{\"templateID\":\"nope\"}").expectStatus().isNotFound());
        assertThat(answer).contains("\"code\":404").contains("there is: base");
    }

    @Test
    void otherBodiesThanJsonAreRefused() {
        SERVICE.control()
                .post()
                .uri("/sandboxes")
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue("x")
                .exchange()
                .expectStatus()
                .isEqualTo(415);
        post("/sandboxes", "").expectStatus().isBadRequest();
    }

    @Test
    void aBodyAboveTheLimitIsRefused() {
        post("/sandboxes", " ".repeat(2 * 1024 * 1024)).expectStatus().isEqualTo(413);
    }

    @Test
    void problemDetailsAreForThoseWhoAsk() {
        SERVICE.control()
                .get()
                .uri("/sandboxes/inone")
                .accept(MediaType.APPLICATION_PROBLEM_JSON)
                .exchange()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo(404)
                .jsonPath("$.code")
                .isEqualTo(404)
                .jsonPath("$.detail")
                .exists();
    }

    @Test
    void aHostThatIsFullSaysWhenToComeBack() {
        SERVICE.runtime.refusing = true;
        post("/sandboxes", "{\"templateID\":\"base\"}")
                .expectStatus()
                .isEqualTo(503)
                .expectHeader()
                .valueEquals("Retry-After", "1")
                .expectBody()
                .jsonPath("$.retryAfter")
                .isEqualTo(1);
    }

    @Test
    void tooManySandboxesAreRefusedFor429() {
        for (int i = 0; i < TestService.MOST; i++) SERVICE.sandbox();
        post("/sandboxes", "{\"templateID\":\"base\"}")
                .expectStatus()
                .isEqualTo(429)
                .expectHeader()
                .valueEquals("Retry-After", "1")
                .expectBody()
                .jsonPath("$.message")
                .value(String.class, message -> assertThat(message).contains("(sandbar.sandboxes.most-per-owner)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/sandboxes/ID/pause",
                "/sandboxes/ID/resume",
                "/sandboxes/ID/fork",
                "/v2/sandboxes/ID/fork",
                "/sandboxes/ID/snapshots",
                "/sandboxes/ID/network",
                "/sandboxes/ID/logs",
                "/v2/sandboxes/ID/logs",
                "/events/sandboxes/ID"
            })
    void whatIsNotOfferedIsNamedAndWhatIsNotThereIsNotFoundBefore(String path) {
        String id = SERVICE.sandbox();
        post(path.replace("ID", id), "{}")
                .expectStatus()
                .isEqualTo(501)
                .expectBody()
                .jsonPath("$.message")
                .value(String.class, message -> assertThat(message).endsWith("not offered by this service yet"));
        post(path.replace("ID", "i1"), "{}")
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo(404);
        SERVICE.anonymous()
                .post()
                .uri(path.replace("ID", id))
                .header("X-API-Key", TestService.OTHER_KEY)
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    @ParameterizedTest
    @CsvSource({
        "/events/sandboxes,        501",
        "/events/webhooks,         501",
        "/events/webhooks/w1,      501",
        "/sandboxes/metrics,       501",
        "/snapshots,               501",
        "/volumes,                 501",
        "/volumes/v1,              501",
        "/volumecontent/v1/file,   501",
        "/secrets,                 501",
        "/teams,                   501",
        "/nodes,                   501",
        "/api-keys,                501",
        "/access-tokens,           501",
        "/templates,               501",
        "/templates/tags,          501",
        "/templates/base,          501",
        "/templates/base/tags,     501",
        "/templates/other,         404",
        "/templates/other/tags,    404",
        "/v2/templates,            501",
        "/v2/templates/base/builds/b, 501",
        "/v2/templates/other/builds/b, 404",
        "/v3/templates,            501",
    })
    void routesOfE2bThatAreNotOfferedAreNamed(String path, int status) {
        post(path, "{}")
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo(status);
    }

    @Test
    void unknownRoutesAndMethodsAreRefusedInOurShape() {
        get("/nothing")
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo(404);
        SERVICE.control()
                .patch()
                .uri("/sandboxes")
                .exchange()
                .expectStatus()
                .isEqualTo(405)
                .expectHeader()
                .exists("Allow")
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo(405);
    }

    @Test
    void capabilitiesSayWhatIsMissing() {
        get("/capabilities")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.runtimes[0].isolation.seccomp.active")
                .isEqualTo(false)
                .jsonPath("$.runtimes[0].isolation.seccomp.fix")
                .isEqualTo("use another")
                .jsonPath("$.runtimes[0].hardware[0].default")
                .isEqualTo(true)
                .jsonPath("$.runtimes[0].hardware[1].name")
                .isEqualTo("cpu-upgrade")
                .jsonPath("$.runtimes[0].hardware[1].usdPerHour")
                .isEqualTo(0.05);
    }

    @Test
    void pagesHoldEverySandboxOnceThoughOthersComeAndGo() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 4; i++) made.add(0, SERVICE.sandbox());
        EntityExchangeResult<String> first = page("/v2/sandboxes?limit=2");
        String token = String.valueOf(first.getResponseHeaders().getFirst("X-Next-Token"));
        assertThat(first.getResponseHeaders().getFirst("X-Total-Running")).isEqualTo("4");
        delete(made.get(1)).expectStatus().isNoContent();
        String newest = SERVICE.sandbox();
        EntityExchangeResult<String> second = page("/v2/sandboxes?limit=2&nextToken=" + token);
        assertThat(second.getResponseBody())
                .contains(made.get(2))
                .contains(made.get(3))
                .doesNotContain(newest);
        assertThat(second.getResponseHeaders().getFirst("X-Next-Token")).isNull();
    }

    @Test
    void metadataFiltersAreDecodedThreeTimes() {
        SERVICE.sandbox();
        String id = SERVICE.create("{\"templateID\":\"base\",\"metadata\":{\"a\":\"b c\",\"k&\":\"v=\",\"x\":\"y\"}}");
        String found = page("/v2/sandboxes?metadata=a%3Db%252520c%26k%252526%3Dv%25253D")
                .getResponseBody();
        assertThat(found).contains(id);
        assertThat(String.valueOf(found).split("sandboxID", -1)).hasSize(2);
        assertThat(page("/v2/sandboxes?metadata=a%3Dother").getResponseBody()).isEqualTo("[]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"limit=0", "limit=x", "order=up", "state=dead", "startedAfter=now", "nextToken=%21", "metadata=a"
            })
    void aListThatIsAskedForWronglyIsRefused(String query) {
        getRaw("/v2/sandboxes?" + query).expectStatus().isBadRequest();
    }

    @Test
    void pausedOnesAreNone() {
        SERVICE.sandbox();
        EntityExchangeResult<String> paused = page("/v2/sandboxes?state=paused");
        assertThat(paused.getResponseBody()).isEqualTo("[]");
        assertThat(paused.getResponseHeaders().getFirst("X-Total-Running")).isNull();
    }

    private static EntityExchangeResult<String> page(String uri) {
        return getRaw(uri).expectStatus().isOk().expectBody(String.class).returnResult();
    }

    private static WebTestClient.ResponseSpec getRaw(String uri) {
        return SERVICE.control()
                .get()
                .uri(java.net.URI.create("http://127.0.0.1:" + SERVICE.port() + uri))
                .exchange();
    }

    private static WebTestClient.ResponseSpec get(String uri) {
        return SERVICE.control().get().uri(uri).exchange();
    }

    private static WebTestClient.ResponseSpec delete(String id) {
        return SERVICE.control().delete().uri("/sandboxes/" + id).exchange();
    }

    private static WebTestClient.ResponseSpec post(String uri, String body) {
        return SERVICE.control()
                .post()
                .uri(uri)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body.isEmpty() ? Mono.empty() : Mono.just(body), String.class)
                .exchange();
    }

    private static @Nullable String text(WebTestClient.ResponseSpec answer) {
        return answer.expectBody(String.class).returnResult().getResponseBody();
    }
}

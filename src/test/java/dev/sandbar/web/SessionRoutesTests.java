package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.session.Sessions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sessions over HTTP, over sandboxes in memory. */
class SessionRoutesTests {

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        Awaitility.await().until(() -> service.events.followed() == 0);
        service.close();
    }

    @Test
    void aSessionIsOpenedDescribedChangedListedAndEnded() {
        JsonNode made =
                open("{\"title\":\"a\",\"metadata\":{\"x\":\"1\",\"y\":\"2\"},\"envVars\":{\"TOKEN\":\"hidden\"}}");
        String id = made.path("sessionID").stringValue();
        assertThat(made.toString()).doesNotContain("hidden");
        assertThat(made.path("state").stringValue()).isEqualTo("active");
        String tag = send(HttpMethod.GET, "/sessions/" + id, null)
                .expectStatus()
                .isOk()
                .returnResult(byte[].class)
                .getResponseHeaders()
                .getETag();
        JsonNode changed = json(send(HttpMethod.PATCH, "/sessions/" + id, "{\"title\":\"b\",\"metadata\":{\"x\":null}}")
                .expectStatus()
                .isOk());
        assertThat(changed.path("title").stringValue()).isEqualTo("b");
        assertThat(changed.path("metadata").toString()).isEqualTo("{\"y\":\"2\"}");
        assertThat(tag).isEqualTo("\"1\"");
        assertThat(json(send(HttpMethod.GET, "/sessions?metadata=y%3D2&state=active", null)
                                .expectStatus()
                                .isOk())
                        .size())
                .isEqualTo(1);
        send(HttpMethod.DELETE, "/sessions/" + id, null).expectStatus().isNoContent();
        assertThat(service.sandboxes.list()).isEmpty();
        JsonNode ended = json(
                send(HttpMethod.GET, "/sessions/" + id, null).expectStatus().isOk());
        assertThat(ended.path("state").stringValue()).isEqualTo("ended");
        call(id, "{\"command\":\"x\"}").expectStatus().isEqualTo(410);
    }

    @Test
    void whoNamesAnOldVersionChangesAndEndsNothing() {
        String id = session("{}");
        send(HttpMethod.PATCH, "/sessions/" + id, "{\"title\":\"b\"}")
                .expectStatus()
                .isOk();
        for (HttpMethod method : List.of(HttpMethod.PATCH, HttpMethod.DELETE)) {
            service.control()
                    .method(method)
                    .uri("/sessions/" + id)
                    .contentType(MediaType.APPLICATION_JSON)
                    .header("If-Match", "\"1\"")
                    .bodyValue("{\"title\":\"c\"}")
                    .exchange()
                    .expectStatus()
                    .isEqualTo(412);
        }
        JsonNode now = json(send(HttpMethod.GET, "/sessions/" + id, null));
        assertThat(now.path("title").stringValue()).isEqualTo("b");
        assertThat(now.path("state").stringValue()).isEqualTo("active");
    }

    @Test
    void aKeyFindsItsSessionHoweverManyAskAtOnce() {
        Set<String> ids = ConcurrentHashMap.newKeySet();
        Set<Integer> fresh = ConcurrentHashMap.newKeySet();
        Flux.range(0, 20)
                .flatMap(
                        number -> Mono.fromRunnable(() -> {
                                    WebTestClient.ResponseSpec answer = post("/sessions", "{\"key\":\"k\"}");
                                    var result = answer.expectBody(byte[].class).returnResult();
                                    if (result.getStatus().value() == 201) fresh.add(number);
                                    ids.add(JsonMapper.shared()
                                            .readTree(result.getResponseBody())
                                            .path("sessionID")
                                            .stringValue());
                                })
                                .subscribeOn(Schedulers.boundedElastic()),
                        20)
                .blockLast();
        assertThat(ids).hasSize(1);
        assertThat(fresh).hasSize(1);
    }

    @Test
    void w26MetadataIsBoundedHoweverItGrows() {
        String half =
                IntStream.range(0, 100).mapToObj(n -> "\"a" + n + "\":\"\"").collect(Collectors.joining(","));
        String id = session("{\"metadata\":{" + half + "}}");
        String more = "{\"metadata\":{" + half.replace('a', 'b') + "}}";
        send(HttpMethod.PATCH, "/sessions/" + id, more).expectStatus().isBadRequest();
        assertThat(json(send(HttpMethod.GET, "/sessions/" + id, null))
                        .path("metadata")
                        .size())
                .isEqualTo(100);
        post("/sessions", "{\"metadata\":{" + half + "," + half.replace('a', 'b') + "}}")
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void w26PagesHoldEverySessionOnceTheNewestFirst() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 3; i++) made.add(0, session("{}"));
        List<String> listed = new ArrayList<>();
        String token = "";
        do {
            WebTestClient.ResponseSpec page = send(HttpMethod.GET, "/sessions?limit=2&nextToken=" + token, null);
            token = page.returnResult(Void.class).getResponseHeaders().getFirst("X-Next-Token");
            json(page).forEach(one -> listed.add(one.path("sessionID").stringValue()));
        } while (token != null);
        assertThat(listed).isEqualTo(made);
        send(HttpMethod.GET, "/sessions?limit=0", null).expectStatus().isBadRequest();
        send(HttpMethod.GET, "/sessions?state=asleep", null).expectStatus().isBadRequest();
    }

    @Test
    void whoLeavesACallEndsIt() {
        String id = session("{}");
        leave(id, Map.of());
        assertThat(ends(id).take(1).blockLast(Duration.ofSeconds(20))).contains("\"cause\":\"cancelled\"");
    }

    @Test
    void whoLeavesACallWithAKeyLetsItGoOn() {
        String id = session("{}");
        leave(id, Map.of("Idempotency-Key", "kept"));
        post("/sessions/" + id + "/interrupt", "").expectStatus().isAccepted();
        assertThat(ends(id).take(1).blockLast(Duration.ofSeconds(20))).contains("\"cause\":\"interrupted\"");
    }

    /** Begins a call that hangs, and hangs up when it runs. */
    private void leave(String id, Map<String, String> more) {
        Disposable call = HttpClient.create()
                .headers(headers -> {
                    headers.set("X-API-Key", TestService.KEY);
                    headers.set("Accept", "text/event-stream");
                    more.forEach(headers::set);
                })
                .post()
                .uri("http://127.0.0.1:" + service.port() + "/sessions/" + id + "/tools/bash")
                .send(ByteBufFlux.fromString(Mono.just("{\"command\":\"hang\"}")))
                .responseContent()
                .asString()
                .takeUntil(text -> text.contains("tool.output"))
                .then()
                .timeout(Duration.ofSeconds(10))
                .subscribe();
        Awaitility.await().until(call::isDisposed);
    }

    @Test
    void whoDoesNotTakeAKeyedCallsOutputInTimeIsToldHowMuchIsMissing() throws IOException {
        String id = session("{}");
        URI path = URI.create("http://127.0.0.1:" + service.port() + "/sessions/" + id + "/tools/bash");
        HttpRequest.Builder request = HttpRequest.newBuilder(path)
                .header("X-API-Key", TestService.KEY)
                .header("Accept", "text/event-stream")
                .header("Idempotency-Key", "flood");
        try (HttpCut late = HttpCut.of(service.port(), request, "{\"command\":\"flood\"}")) {
            ends(id).take(1).blockLast(Duration.ofSeconds(30));
            List<String> types = new BufferedReader(
                            new InputStreamReader(late.connection().getInputStream(), StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> line.startsWith("event:"))
                    .map(line -> line.substring(6).strip())
                    .takeWhile(type -> !type.equals("tool.end"))
                    .toList();
            assertThat(types).contains("tool.output").endsWith("gap");
            assertThat(types.stream().filter("gap"::equals)).hasSize(1);
        }
    }

    private Flux<String> ends(String id) {
        return service.events
                .follow(Sessions.stream(id), 0, Sessions.TERMINAL_EVENT::equals)
                .filter(frame -> frame.type().equals("tool.end"))
                .map(frame -> new String(frame.bytes(), StandardCharsets.UTF_8))
                .timeout(Duration.ofSeconds(10));
    }

    @Test
    void anotherOwnersSessionIsMissing() {
        String id = session("{}");
        WebTestClient other = service.anonymous()
                .mutate()
                .defaultHeader("X-API-Key", TestService.OTHER_KEY)
                .build();
        for (String path : List.of("", "/approvals", "/events")) {
            other.get().uri("/sessions/" + id + path).exchange().expectStatus().isNotFound();
        }
        for (String path : List.of("/tools/bash", "/ticket", "/interrupt", "/sandbox", "/sandbox/teardown")) {
            other.post().uri("/sessions/" + id + path).exchange().expectStatus().isNotFound();
        }
        other.delete().uri("/sessions/" + id).exchange().expectStatus().isNotFound();
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "/sessions             | {'title':1}                | 400 | title",
                "/sessions             | {'idleTimeout':0}          | 400 | idleTimeout",
                "/sessions             | {'key':''}                 | 400 | key",
                "/sessions             | {'metadata':{'a':null}}    | 400 | metadata",
                "/sessions             | {'envVars':{'a=b':'c'}}    | 400 | environment",
                "/sessions             | {'source':{'path':'/'}}    | 400 | source",
                "/sessions             | {'templateID':'none'}      | 404 | none",
                "/sessions             | {'hardware':'h100'}        | 422 | cpu-upgrade",
                "/sessions             | {                          | 400 | JSON",
                "/sessions/ID/sandbox  | {'hardware':'h100'}        | 422 | cpu-upgrade",
                "/sessions/ID/ticket   | {'ttl':601}                | 400 | 600",
                "/sessions/ID/tools/sh | {}                         | 404 | bash",
                "/sessions/ID/tools/bash | {}                       | 400 | command",
                "/sessions/ID/tools/bash | []                       | 400 | command",
                "/sessions/ID/approvals/none | {'decision':'maybe'} | 400 | reject",
                "/sessions/ID/approvals/none | {'decision':'reject'} | 404 | none",
            })
    void w26WhatIsWrongIsSaid(String path, String body, int status, String word) {
        String id = path.contains("ID") ? session("{}") : "";
        String answer = post(path.replace("ID", id), body.replace('\'', '"'))
                .expectStatus()
                .isEqualTo(status)
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(answer).contains(word);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}",
                "{'enabled':'yes'}",
                "{'enabled':true,'costCapUsd':-1}",
                "{'enabled':true,'costCapUsd':'5'}",
                "{'enabled':true,'costCapUsd':1e999999999}",
                "{'enabled':true,'costCapUsd':0.0000001}"
            })
    void budgetsAreAmounts(String body) {
        send(HttpMethod.PATCH, "/sessions/" + session("{}") + "/auto-approval", body.replace('\'', '"'))
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void hardwareThatCostsIsApprovedByAPersonOrTheBudget() {
        String id = session("{}");
        JsonNode asked = json(post("/sessions/" + id + "/sandbox", "{\"hardware\":\"cpu-upgrade\"}")
                .expectStatus()
                .isAccepted());
        assertThat(asked.path("approval").path("estimatedCostUsd").toString()).isEqualTo("0.05");
        String approval = asked.path("approval").path("approvalID").stringValue();
        JsonNode rejected =
                json(post("/sessions/" + id + "/approvals/" + approval, "{\"decision\":\"reject\",\"note\":\"no\"}")
                        .expectStatus()
                        .isOk());
        assertThat(rejected.path("state").stringValue()).isEqualTo("rejected");
        post("/sessions/" + id + "/approvals/" + approval, "{\"decision\":\"approve\"}")
                .expectStatus()
                .isEqualTo(409);
        JsonNode budget = json(
                send(HttpMethod.PATCH, "/sessions/" + id + "/auto-approval", "{\"enabled\":true,\"costCapUsd\":0.07}")
                        .expectStatus()
                        .isOk());
        assertThat(budget.path("remainingUsd").toString()).isEqualTo("0.07");
        JsonNode all = json(send(HttpMethod.GET, "/sessions/" + id + "/approvals", null));
        assertThat(all.size()).isEqualTo(1);
    }

    @Test
    void aToolAnswersByJsonOrAsAStream() {
        String id = session("{}");
        JsonNode answer =
                json(call(id, "{\"command\":\"hello\"}").expectStatus().isOk());
        assertThat(answer.path("output").stringValue()).isEqualTo("hello 1");
        assertThat(answer.path("exitCode").intValue()).isZero();
        assertThat(stream(id, "hello"))
                .contains("event: tool.output\n", "\"text\":\"hello\"", "event: tool.end\n", "\"output\":\"hello 2\"");
        assertThat(stream(id, "break"))
                .contains("event: tool.end\n", "\"success\":false")
                .doesNotContain("secret");
        streamed(id, "{}").expectStatus().isBadRequest();
    }

    @Test
    void w26CallWithAKeyRunsOnce() {
        String id = session("{}");
        String body = "{\"command\":\"hello\"}";
        JsonNode first = json(keyed(id, body).expectStatus().isOk());
        JsonNode again =
                json(keyed(id, body).expectStatus().isOk().expectHeader().valueEquals("Idempotent-Replayed", "true"));
        assertThat(again).isEqualTo(first);
        keyed(id, "{\"command\":\"other\"}").expectStatus().isEqualTo(422);
        assertThat(keyedStream(id, body)).contains("event: tool.end\n", "\"output\":\"hello 1\"");
    }

    @Test
    void aStreamWithAKeyHasTheOutputToo() {
        String id = session("{}");
        String body = "{\"command\":\"hello\"}";
        assertThat(keyedStream(id, body)).contains("\"text\":\"hello\"", "\"output\":\"hello 1\"");
        assertThat(keyedStream(id, body)).doesNotContain("tool.output").contains("\"output\":\"hello 1\"");
    }

    @Test
    void anInterruptEndsWhatRunsAndNothingElse() {
        String id = session("{}");
        Mono<JsonNode> running = Mono.fromCallable(() -> json(call(id, "{\"command\":\"hang\"}")))
                .subscribeOn(Schedulers.boundedElastic())
                .cache();
        Disposable begun = running.subscribe();
        output(id).block();
        post("/sessions/" + id + "/interrupt", "").expectStatus().isAccepted();
        assertThat(Objects.requireNonNull(running.block()).path("cause").stringValue())
                .isEqualTo("interrupted");
        assertThat(json(call(id, "{\"command\":\"x\"}")).path("success").booleanValue())
                .isTrue();
        begun.dispose();
    }

    @Test
    void aTornDownSandboxComesBackAndSaysSo() {
        String id = session("{}");
        call(id, "{\"command\":\"x\"}").expectStatus().isOk();
        service.control()
                .post()
                .uri("/sessions/" + id + "/sandbox/teardown")
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue("anything")
                .exchange()
                .expectStatus()
                .isAccepted();
        Awaitility.await().until(() -> service.sandboxes.list().isEmpty());
        assertThat(json(call(id, "{\"command\":\"x\"}")).path("output").stringValue())
                .contains("was made anew");
    }

    /** Whether output was told in the session's events. */
    private Mono<Void> output(String id) {
        return service.events
                .follow(Sessions.stream(id), 0, Sessions.TERMINAL_EVENT::equals)
                .filter(frame -> frame.type().equals("tool.output"))
                .next()
                .timeout(Duration.ofSeconds(10))
                .then();
    }

    private String stream(String id, String command) {
        return String.valueOf(streamed(id, "{\"command\":\"" + command + "\"}")
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }

    private WebTestClient.ResponseSpec streamed(String id, String body) {
        return service.control()
                .post()
                .uri("/sessions/" + id + "/tools/bash")
                .contentType(MediaType.APPLICATION_JSON)
                .accept(MediaType.TEXT_EVENT_STREAM)
                .bodyValue(body)
                .exchange();
    }

    private String keyedStream(String id, String body) {
        return String.valueOf(service.control()
                .post()
                .uri("/sessions/" + id + "/tools/bash")
                .contentType(MediaType.APPLICATION_JSON)
                .accept(MediaType.TEXT_EVENT_STREAM)
                .header("Idempotency-Key", "once")
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }

    private WebTestClient.ResponseSpec keyed(String id, String body) {
        return service.control()
                .post()
                .uri("/sessions/" + id + "/tools/bash")
                .contentType(MediaType.APPLICATION_JSON)
                .header("Idempotency-Key", "once")
                .bodyValue(body)
                .exchange();
    }

    private WebTestClient.ResponseSpec call(String id, String body) {
        return post("/sessions/" + id + "/tools/bash", body);
    }

    private String session(String body) {
        return open(body).path("sessionID").stringValue();
    }

    private JsonNode open(String body) {
        return json(post("/sessions", body).expectStatus().isCreated());
    }

    private WebTestClient.ResponseSpec post(String path, String body) {
        return send(HttpMethod.POST, path, body);
    }

    private WebTestClient.ResponseSpec send(HttpMethod method, String path, @Nullable String body) {
        WebTestClient.RequestBodySpec request = service.control().method(method).uri(path);
        if (body != null) request.contentType(MediaType.APPLICATION_JSON).bodyValue(body);
        return request.exchange();
    }

    private static JsonNode json(WebTestClient.ResponseSpec answer) {
        byte[] body = answer.expectBody().returnResult().getResponseBody();
        return JsonMapper.shared().readTree(body == null ? new byte[0] : body);
    }
}

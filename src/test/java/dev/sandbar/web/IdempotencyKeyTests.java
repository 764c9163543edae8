package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.client.HttpClient;

/** Requests that are sent twice with one key. */
class IdempotencyKeyTests {

    private static final String BODY = "{\"templateID\":\"base\",\"timeout\":60}";
    private static final String OTHER = "{\"templateID\":\"base\",\"timeout\":61}";

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    private EntityExchangeResult<String> post(String uri, String body, String... keys) {
        return service.control()
                .post()
                .uri(uri)
                .header("Idempotency-Key", keys)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectBody(String.class)
                .returnResult();
    }

    private static String text(EntityExchangeResult<String> answer) {
        return Objects.requireNonNull(answer.getResponseBody());
    }

    private static void isReplay(EntityExchangeResult<String> first, EntityExchangeResult<String> again) {
        assertThat(first.getResponseHeaders().getFirst("Idempotent-Replayed")).isNull();
        assertThat(again.getStatus()).isEqualTo(first.getStatus());
        assertThat(again.getResponseBody()).isEqualTo(first.getResponseBody());
        assertThat(again.getResponseHeaders().getFirst("Idempotent-Replayed")).isEqualTo("true");
    }

    private static void isRefused(EntityExchangeResult<String> answer, int status, String why) {
        assertThat(answer.getStatus().value()).isEqualTo(status);
        assertThat(answer.getResponseBody()).contains("\"code\":" + status).contains(why);
        assertThat(answer.getResponseHeaders().getFirst("Idempotent-Replayed")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sandboxes", "/v2/sandboxes"})
    void sameCreationAgainIsAnsweredAlikeAndMakesNothing(String route) {
        EntityExchangeResult<String> first = post(route, BODY, "k");
        assertThat(first.getStatus().value()).isEqualTo(201);
        isReplay(first, post(route, BODY, "k"));
        isRefused(post(route, OTHER, "k"), 422, "another request");
        assertThat(service.sandboxes.list()).hasSize(1);
    }

    @Test
    void routesAndOwnersHaveKeysOfTheirOwn() {
        String one = SandboxId.in(text(post("/sandboxes", BODY, "k")));
        String two = SandboxId.in(text(post("/v2/sandboxes", OTHER, "k")));
        EntityExchangeResult<String> other = service.anonymous()
                .post()
                .uri("/sandboxes")
                .header("X-API-Key", TestService.OTHER_KEY)
                .header("Idempotency-Key", "k")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(BODY)
                .exchange()
                .expectBody(String.class)
                .returnResult();
        assertThat(List.of(one, two, SandboxId.in(text(other)))).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with space", "\u00fc"})
    void malformedKeyIsRefused(String key) {
        isRefused(post("/sandboxes", BODY, key), 400, "Idempotency-Key");
        assertThat(service.sandboxes.list()).isEmpty();
    }

    @Test
    void keyThatIsTooLongOrGivenTwiceIsRefused() {
        isRefused(post("/sandboxes", BODY, "k".repeat(256)), 400, "255");
        isRefused(post("/sandboxes", BODY, "a", "b"), 400, "once");
        assertThat(post("/sandboxes", BODY, "k".repeat(255)).getStatus().value())
                .isEqualTo(201);
    }

    @Test
    void whatHasEndedSinceIsSaidToBeGone() {
        String id = SandboxId.in(text(post("/sandboxes", BODY, "k")));
        service.sandboxes.kill("one", id).block();
        isRefused(post("/sandboxes", BODY, "k"), 410, id);
        assertThat(service.sandboxes.list()).isEmpty();
    }

    @Test
    void refusalsAreNotKept() {
        service.runtime.refusing = true;
        isRefused(post("/sandboxes", BODY, "k"), 503, "process ids");
        service.runtime.refusing = false;
        List<String> made = new ArrayList<>();
        for (int i = 0; i < TestService.MOST; i++) made.add(service.sandbox());
        isRefused(post("/sandboxes", BODY, "k"), 429, "limit");
        isRefused(post("/sandboxes", "{\"templateID\":\"nope\"}", "k"), 404, "nope");
        service.sandboxes.kill("one", made.get(0)).block();
        EntityExchangeResult<String> answer = post("/sandboxes", BODY, "k");
        assertThat(answer.getStatus().value()).isEqualTo(201);
        isReplay(answer, post("/sandboxes", BODY, "k"));
    }

    @Test
    void manyAtOnceMakeOneSandboxForAll() {
        Sinks.Empty<Void> slow = Sinks.empty();
        service.runtime.beforeStart = slow.asMono();
        ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
        List<Disposable> callers = new ArrayList<>();
        for (int i = 0; i < 20; i++) callers.add(create("k").subscribe(answers::add));
        Awaitility.await().until(() -> service.sandboxes.count() == 1);
        callers.get(0).dispose();
        slow.tryEmitEmpty();
        Awaitility.await().until(() -> answers.size() >= 19);
        assertThat(answers.stream().distinct()).hasSize(1);
        assertThat(service.sandboxes.list()).hasSize(1);
    }

    @Test
    void clientThatHangsUpFindsItsSandboxWhenItComesBack() {
        Sinks.Empty<Void> slow = Sinks.empty();
        service.runtime.beforeStart = slow.asMono();
        Disposable client = create("k").subscribe();
        Awaitility.await().until(() -> service.sandboxes.count() == 1);
        client.dispose();
        slow.tryEmitEmpty();
        EntityExchangeResult<String> again = post("/v2/sandboxes", BODY, "k");
        assertThat(again.getStatus().value()).isEqualTo(201);
        assertThat(service.sandboxes.list())
                .singleElement()
                .matches(sandbox -> sandbox.id().equals(SandboxId.in(text(again))));
    }

    private Mono<String> create(String key) {
        return HttpClient.newConnection()
                .headers(headers -> headers.set("X-API-Key", TestService.KEY)
                        .set("Idempotency-Key", key)
                        .set("Content-Type", "application/json"))
                .post()
                .uri("http://127.0.0.1:" + service.port() + "/v2/sandboxes")
                .send(reactor.netty.ByteBufFlux.fromString(Mono.just(BODY)))
                .responseContent()
                .aggregate()
                .asString();
    }

    @Test
    void tokensAreNotStored() {
        String id = SandboxId.in(text(post("/sandboxes", BODY, "k")));
        List<String> records = Objects.requireNonNull(service.store
                .list("idempotency")
                .map(record -> new String(record.content(), StandardCharsets.UTF_8))
                .collectList()
                .block());
        assertThat(records).singleElement().asString().contains(id).doesNotContain(service.tokens.of(id));
    }

    @Test
    void commandIsStartedOnce() {
        String commands = "/sandboxes/" + service.sandbox() + "/commands";
        String sleep = "{\"cmd\":\"sleep\",\"args\":[\"9\"]}";
        EntityExchangeResult<String> first = post(commands, sleep, "k");
        assertThat(first.getStatus().value()).isEqualTo(201);
        isReplay(first, post(commands, sleep, "k"));
        isRefused(post(commands, "{\"cmd\":\"echo\"}", "k"), 422, "another request");
        assertThat(service.commands.running(commands.split("/", -1)[2])).hasSize(1);
    }

    @Test
    void commandMayHaveItsOwnIdBesideAKeyAndStreamAgain() {
        String commands = "/sandboxes/" + service.sandbox() + "/commands";
        String echo = "{\"commandID\":\"mine\",\"cmd\":\"echo\",\"args\":[\"hi\"]}";
        assertThat(text(post(commands, echo, "k"))).contains("\"commandID\":\"mine\"");
        String stream = Objects.requireNonNull(service.control()
                .post()
                .uri(commands)
                .header("Idempotency-Key", "k")
                .contentType(MediaType.APPLICATION_JSON)
                .accept(MediaType.TEXT_EVENT_STREAM)
                .bodyValue(echo)
                .exchange()
                .expectHeader()
                .valueEquals("Idempotent-Replayed", "true")
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
        assertThat(stream).contains("id: 1\n", "event: end\n");
    }

    @Test
    void commandThatIsRefusedMayBeStartedAgainWithTheKey() {
        String id = service.sandbox();
        String commands = "/sandboxes/" + id + "/commands";
        isRefused(post(commands, "{\"cmd\":\"\"}", "k"), 400, "cmd");
        service.sandboxes.kill("one", id).block();
        isRefused(post(commands, "{\"cmd\":\"echo\"}", "k"), 404, id);
    }
}

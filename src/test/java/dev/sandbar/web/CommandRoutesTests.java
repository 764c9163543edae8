package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.Disposable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Our own routes of commands. */
class CommandRoutesTests {

    private static final Pattern ID = Pattern.compile("(?m)^id: (\\d+)$");

    private final TestService service = new TestService();
    private final String id = service.sandbox();

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void commandIsDescribedWhenItRunsAndWhenItHasEnded() {
        JsonNode command = start("{\"commandID\":\"one\",\"cmd\":\"sleep\",\"args\":[\"9\"]}");
        assertThat(command.path("commandID").asString()).isEqualTo("one");
        assertThat(command.path("sandboxID").asString()).isEqualTo(id);
        assertThat(command.path("cmd").asString()).isEqualTo("sleep");
        assertThat(command.path("args").path(0).asString()).isEqualTo("9");
        assertThat(command.path("pid").asLong()).isEqualTo(100);
        assertThat(command.path("state").asString()).isEqualTo("running");
        assertThat(command.path("startedAt").asString()).matches("\\d{4}-.*Z");
        assertThat(command.has("endedAt")).isFalse();

        end("one").expectStatus().isNoContent();
        JsonNode ended = describe("one");
        assertThat(ended.path("state").asString()).isEqualTo("signalled");
        assertThat(ended.path("signal").asString()).isEqualTo("SIGTERM");
        assertThat(ended.path("cause").asString()).isEqualTo("client");
        assertThat(ended.has("exitCode")).isFalse();
        assertThat(ended.has("endedAt")).isTrue();
    }

    @Test
    void outputIsNumberedFromOneAndEndsWithTheEnd() {
        start("{\"commandID\":\"two\",\"cmd\":\"echo\",\"args\":[\"hi\"]}");
        String events = output("two", "");
        assertThat(ids(events)).containsExactly("1", "2");
        assertThat(events)
                .contains("event: stdout\ndata: {\"type\":\"stdout\",\"seq\":1,")
                .contains("\"data\":\"aGkK\"}")
                .contains("event: end\ndata: {\"type\":\"end\",\"seq\":2,")
                .contains("\"exitCode\":0,\"cause\":\"exited\"}");
        assertThat(describe("two").path("stdoutBytes").asLong()).isEqualTo(3);
    }

    @Test
    void readerGoesOnBehindTheLastEventThatItHasSeen() {
        start("{\"commandID\":\"three\",\"cmd\":\"echo\",\"args\":[\"hi\"]}");
        assertThat(ids(output("three", "?after=1"))).containsExactly("2");
        String resumed = body(get("/commands/three/output?after=0").header("Last-Event-ID", "1"));
        assertThat(ids(resumed)).containsExactly("2");
    }

    @Test
    void whoHasSeenTheEndNeedNotAskAgain() {
        start("{\"commandID\":\"seen\",\"cmd\":\"echo\",\"args\":[\"hi\"]}");
        output("seen", "");
        get("/commands/seen/output?after=2").exchange().expectStatus().isNoContent();
        get("/commands/seen/output?after=3").exchange().expectStatus().isBadRequest();
    }

    @Test
    void startMayStreamAtOnce() {
        String events = Objects.requireNonNull(post("/commands", "{\"cmd\":\"echo\",\"args\":[\"now\"]}")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentTypeCompatibleWith(MediaType.TEXT_EVENT_STREAM)
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
        assertThat(ids(events)).containsExactly("1", "2");
    }

    @Test
    void startThatWouldStreamIsRefusedLikeAnyOther() {
        for (String wrong : List.of("{\"cmd\":\"echo\",\"cwd\":\"/nowhere\"}", "{\"cmd\":7}")) {
            post("/commands", wrong)
                    .accept(MediaType.TEXT_EVENT_STREAM)
                    .exchange()
                    .expectStatus()
                    .isBadRequest()
                    .expectHeader()
                    .contentType(MediaType.APPLICATION_JSON);
        }
        post("/commands?after=x", "{\"cmd\":\"echo\"}")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .exchange()
                .expectStatus()
                .isBadRequest();
        assertThat(list("").size()).as("nothing was started").isZero();
    }

    @Test
    void sameIdAgainIsTheSameCommandAndStartsNothing() {
        JsonNode first = start("{\"commandID\":\"four\",\"cmd\":\"echo\",\"args\":[\"hi\"]}");
        JsonNode second = start("{\"commandID\":\"four\",\"cmd\":\"echo\",\"args\":[\"hi\"]}");
        assertThat(second.path("pid")).isEqualTo(first.path("pid"));
        assertThat(list("").size()).isEqualTo(1);
    }

    @Test
    void listIsPagedTheNewestFirst() {
        List<String> expected = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d", "e")) {
            start("{\"commandID\":\"" + name + "\",\"cmd\":\"sleep\"}");
            expected.add(0, name);
        }
        List<String> seen = new ArrayList<>();
        String token = "";
        do {
            var page = get("/commands?limit=2&nextToken=" + token)
                    .exchange()
                    .expectBody(String.class)
                    .returnResult();
            JsonMapper.shared()
                    .readTree(page.getResponseBody())
                    .forEach(one -> seen.add(one.path("commandID").asString()));
            token = page.getResponseHeaders().getFirst("X-Next-Token");
        } while (token != null);
        assertThat(seen).containsExactlyInAnyOrderElementsOf(expected).doesNotHaveDuplicates();
    }

    @Test
    void inputIsFedAndClosed() {
        start("{\"commandID\":\"five\",\"cmd\":\"cat\",\"stdin\":true}");
        input("five", "", "yo\n").expectStatus().isNoContent();
        input("five", "?close=true", "").expectStatus().isNoContent();
        assertThat(output("five", "")).contains("\"data\":\"eW8K\"").contains("\"exitCode\":0");
    }

    @Test
    void timeoutIsTheCauseOfTheEnd() {
        start("{\"commandID\":\"six\",\"cmd\":\"sleep\",\"timeout\":1}");
        assertThat(output("six", "")).contains("\"signal\":\"SIGKILL\",\"cause\":\"timeout\"");
    }

    @Test
    void commandWhoseOnlyReaderLeavesIsCancelledWhereThatWasAskedFor() {
        start("{\"commandID\":\"kept\",\"cmd\":\"sleep\"}");
        start("{\"commandID\":\"left\",\"cmd\":\"sleep\",\"onDisconnect\":\"cancel\"}");
        service.readAndLeave("/sandboxes/" + id + "/commands/kept/output");
        service.readAndLeave("/sandboxes/" + id + "/commands/left/output");
        Awaitility.await()
                .until(() -> describe("left").path("cause").asString("").equals("client"));
        assertThat(describe("kept").path("state").asString()).isEqualTo("running");
    }

    @Test
    void commandsOfAnEndedSandboxCanStillBeAskedFor() {
        start("{\"commandID\":\"seven\",\"cmd\":\"sleep\"}");
        service.control()
                .delete()
                .uri("/sandboxes/" + id)
                .exchange()
                .expectStatus()
                .isNoContent();
        assertThat(describe("seven").path("cause").asString()).isEqualTo("sandbox-killed");
        assertThat(output("seven", "")).contains("event: end").contains("\"cause\":\"sandbox-killed\"");
        post("/commands", "{\"cmd\":\"echo\"}").exchange().expectStatus().isNotFound();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|400|cmd",
                "{\"cmd\":\"\"}|400|cmd",
                "{\"cmd\":7}|400|cmd",
                "{\"cmd\":\"echo\",\"args\":[null]}|400|args",
                "{\"cmd\":\"echo\",\"args\":\"a\"}|400|args",
                "{\"cmd\":\"echo\",\"envs\":{\"A=B\":\"c\"}}|400|environment",
                "{\"cmd\":\"echo\",\"envs\":{\"A\":null}}|400|envs",
                "{\"cmd\":\"echo\",\"timeout\":-1}|400|timeout",
                "{\"cmd\":\"echo\",\"timeout\":\"soon\"}|400|timeout",
                "{\"cmd\":\"echo\",\"commandID\":\"A-b\"}|400|commandID",
                "{\"cmd\":\"echo\",\"commandID\":\"\"}|400|commandID",
                "{\"cmd\":\"echo\",\"onDisconnect\":\"maybe\"}|400|onDisconnect",
                "{\"cmd\":\"echo\",\"cwd\":\"/nowhere\"}|400|cwd",
                "{\"cmd\":\"echo\",\"user\":\"nobody\"}|401|username",
                "{\"cmd\":\"echo\",\"pty\":{\"cols\":80,\"rows\":24}}|501|Terminals",
                "{\"cmd\":|400|JSON",
                "[]|400|body",
            })
    void wrongStartIsRefusedAndLeavesNothing(String body, int status, String why) {
        String answer = Objects.requireNonNull(post("/commands", body)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
        assertThat(answer).contains("\"code\":" + status).contains(why);
        assertThat(list("").size()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "/commands/none, 404",
        "/commands/none/output, 404",
        "/commands/known/output?after=x, 400",
        "/commands/known/output?after=-1, 400",
        "/commands/known/output?after=99999, 400",
        "/commands?limit=0, 400",
        "/commands?limit=101, 400",
        "/commands?nextToken=rubbish, 400",
    })
    void wrongQuestionIsRefused(String path, int status) {
        start("{\"commandID\":\"known\",\"cmd\":\"echo\",\"args\":[\"hi\"]}");
        get(path).exchange().expectStatus().isEqualTo(status);
    }

    @Test
    void limitsAreNamedAndHeldAndGivenBack() throws Exception {
        for (int i = 0; i < TestService.LIMITS.running(); i++)
            start("{\"commandID\":\"c" + i + "\",\"cmd\":\"sleep\"}");
        refused(post("/commands", "{\"cmd\":\"sleep\"}"), "(sandbar.commands.per-sandbox)");
        end("c0").expectStatus().isNoContent();
        start("{\"commandID\":\"more\",\"cmd\":\"sleep\"}");

        List<Disposable> readers = new ArrayList<>();
        for (int i = 0; i < TestService.LIMITS.readers(); i++) {
            readers.add(service.read("/sandboxes/" + id + "/commands/c1/output"));
        }
        refused(get("/commands/c1/output"), "(sandbar.commands.readers)");
        readers.forEach(Disposable::dispose);
        Awaitility.await()
                .ignoreExceptions()
                .untilAsserted(() -> service.readAndLeave("/sandboxes/" + id + "/commands/c1/output"));
    }

    private static void refused(WebTestClient.RequestHeadersSpec<?> request, String setting) {
        String answer = Objects.requireNonNull(request.exchange()
                .expectStatus()
                .isEqualTo(429)
                .expectHeader()
                .valueEquals("Retry-After", "1")
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
        assertThat(answer).contains(setting);
    }

    @Test
    void othersCommandsDontExist() {
        start("{\"commandID\":\"mine\",\"cmd\":\"sleep\"}");
        WebTestClient other = service.anonymous()
                .mutate()
                .defaultHeader("X-API-Key", TestService.OTHER_KEY)
                .build();
        String all = "/sandboxes/" + id + "/commands";
        other.get().uri(all).exchange().expectStatus().isNotFound();
        other.get().uri(all + "/mine").exchange().expectStatus().isNotFound();
        other.get().uri(all + "/mine/output").exchange().expectStatus().isNotFound();
        other.delete().uri(all + "/mine").exchange().expectStatus().isNotFound();
        other.post().uri(all + "/mine/input").exchange().expectStatus().isNotFound();
        service.anonymous().get().uri(all).exchange().expectStatus().isUnauthorized();
        assertThat(describe("mine").path("state").asString()).isEqualTo("running");
    }

    @Test
    void unknownMethodsAndGracesAreRefused() {
        start("{\"commandID\":\"known\",\"cmd\":\"sleep\"}");
        service.control()
                .delete()
                .uri("/sandboxes/" + id + "/commands/known?grace=soon")
                .exchange()
                .expectStatus()
                .isBadRequest();
        service.control()
                .put()
                .uri("/sandboxes/" + id + "/commands/known")
                .exchange()
                .expectStatus()
                .isEqualTo(405);
        assertThat(describe("known").path("state").asString()).isEqualTo("running");
    }

    private JsonNode start(String body) {
        String answer = post("/commands", body)
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        return JsonMapper.shared().readTree(answer);
    }

    private WebTestClient.RequestHeadersSpec<?> post(String path, String body) {
        return service.control()
                .post()
                .uri("/sandboxes/" + id + path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body);
    }

    private WebTestClient.ResponseSpec input(String command, String query, String text) {
        return service.control()
                .post()
                .uri("/sandboxes/" + id + "/commands/" + command + "/input" + query)
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .bodyValue(text)
                .exchange();
    }

    private WebTestClient.RequestHeadersSpec<?> get(String path) {
        return service.control().get().uri("/sandboxes/" + id + path);
    }

    private WebTestClient.ResponseSpec end(String command) {
        return service.control()
                .delete()
                .uri("/sandboxes/" + id + "/commands/" + command)
                .exchange();
    }

    private JsonNode describe(String command) {
        return JsonMapper.shared().readTree(body(get("/commands/" + command)));
    }

    private JsonNode list(String query) {
        return JsonMapper.shared().readTree(body(get("/commands" + query)));
    }

    private String output(String command, String query) {
        return body(get("/commands/" + command + "/output" + query));
    }

    private static String body(WebTestClient.RequestHeadersSpec<?> request) {
        return Objects.requireNonNull(request.exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }

    private static List<String> ids(String events) {
        return ID.matcher(events)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }
}

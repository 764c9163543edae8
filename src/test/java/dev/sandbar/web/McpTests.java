package dev.sandbar.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandbar.session.SessionRequest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The Model Context Protocol as it is on the wire. */
class McpTests {

    private static final String BOTH = "application/json, text/event-stream";
    private static final String INITIALIZE = """
            {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"%s","capabilities":{},\
            "clientInfo":{"name":"t","version":"1"}}}""";

    private final McpService service = new McpService();
    private final HttpClient http = HttpClient.newHttpClient();
    private final String session = service.session();

    @AfterEach
    void stop() {
        service.close();
    }

    private HttpRequest.Builder request(String path, @Nullable String client) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .header("Accept", BOTH)
                .header("X-API-Key", TestService.KEY);
        return client == null ? request : request.header("Mcp-Session-Id", client);
    }

    private HttpRequest.Builder here(@Nullable String client) {
        return request("/sessions/" + session + "/mcp", client);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(@Nullable String client, String body) throws Exception {
        return send(here(client).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> postInChunks(String client, String body) throws Exception {
        InputStream bytes = new ByteArrayInputStream(body.getBytes(UTF_8));
        return send(here(client).POST(HttpRequest.BodyPublishers.ofInputStream(() -> bytes)));
    }

    private static HttpRequest.BodyPublisher initialize(String version) {
        return HttpRequest.BodyPublishers.ofString(INITIALIZE.formatted(version));
    }

    private String open() throws Exception {
        HttpResponse<String> answer = send(here(null).POST(initialize("2025-11-25")));
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.headers().firstValue("Mcp-Session-Id").orElseThrow();
    }

    private static String say(int id, String words, String meta) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"say\","
                + "\"arguments\":{\"words\":\"" + words + "\"}" + meta + "}}";
    }

    private static String ask(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static List<JsonNode> messages(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        List<JsonNode> all = new ArrayList<>();
        answer.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .forEach(line -> all.add(JsonMapper.shared().readTree(line.substring(6))));
        return all;
    }

    private void running(int count) {
        await().atMost(Duration.ofSeconds(10)).until(() -> service.tools.running.get() == count);
    }

    @ParameterizedTest
    @CsvSource({"2025-11-25,2025-11-25", "2025-06-18,2025-06-18", "2025-03-26,2025-11-25", "1999-01-01,2025-11-25"})
    void aVersionThatBothSpeakIsAgreedUpon(String asked, String spoken) throws Exception {
        JsonNode result = json(send(here(null).POST(initialize(asked)))).path("result");
        assertThat(result.path("protocolVersion").asString()).isEqualTo(spoken);
        assertThat(result.path("serverInfo").path("version").asString()).isEqualTo("1.2.3");
        assertThat(result.path("capabilities").has("tools")).isTrue();
    }

    @Test
    void toolsAreListedWithTheirSchemas() throws Exception {
        JsonNode tools =
                json(post(open(), ask("tools/list", "{}"))).path("result").path("tools");
        assertThat(tools.findValuesAsString("name")).containsExactly("say", "sandbox_create");
        assertThat(tools.path(0).path("inputSchema").path("type").asString()).isEqualTo("object");
        assertThat(tools.path(0).path("title").asString()).isEqualTo("Say");
        assertThat(tools.path(0).at("/annotations/readOnlyHint").asBoolean()).isTrue();
        assertThat(tools.path(0).at("/annotations/destructiveHint").asBoolean()).isFalse();
        assertThat(tools.path(1).at("/annotations/readOnlyHint").asBoolean()).isFalse();
        assertThat(tools.path(1).at("/annotations/destructiveHint").asBoolean()).isTrue();
        assertThat(tools.findValuesAsString("openWorldHint")).containsOnly("false");
    }

    @Test
    void aModelIsToldWhatItDoesNotSee() throws Exception {
        JsonNode result = json(send(here(null).POST(initialize("2025-11-25")))).path("result");
        assertThat(result.path("instructions").asString())
                .contains("no network", "pip", "After 15 minutes without a call its sandbox ends");
    }

    @Test
    void aCallTellsItsProgressBeforeItsResult() throws Exception {
        List<JsonNode> said = messages(post(open(), say(3, "one two", ",\"_meta\":{\"progressToken\":\"p\"}")));
        List<JsonNode> progress = said.subList(0, said.size() - 1);
        assertThat(progress).allMatch(one -> one.path("method").asString().equals("notifications/progress"));
        assertThat(progress.stream()
                        .map(one -> one.path("params").path("progress").asInt()))
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(progress.stream()
                        .map(one -> one.path("params").path("message").asString()))
                .containsSubsequence("one", "two");
        JsonNode last = said.get(said.size() - 1);
        assertThat(last.path("id").asInt()).isEqualTo(3);
        assertThat(last.path("result").path("isError").asBoolean()).isFalse();
        assertThat(last.at("/result/_meta/sandbar~1result/exitCode").asInt(-1)).isZero();
        assertThat(last.at("/result/content/0/text").asString()).isEqualTo("one two");
        assertThat(last.toString().split("one two", -1)).as("said once").hasSize(2);
        assertThat(last.path("result").has("structuredContent")).isFalse();
    }

    @Test
    void aCallWithoutATokenTellsNoProgress() throws Exception {
        assertThat(messages(post(open(), say(3, "one two", "")))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/event-stream"})
    void anAnswerIsWhatTheClientTakes(String type) throws Exception {
        String client = open();
        for (String body : List.of(say(3, "hello", ""), ask("ping", "{}"), ask("tools/list", "{}"))) {
            HttpResponse<String> answer =
                    send(here(client).setHeader("Accept", type).POST(HttpRequest.BodyPublishers.ofString(body)));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue(type);
            assertThat(answer.body()).contains("\"result\"");
        }
        HttpRequest.Builder neither = here(client).setHeader("Accept", "text/html");
        assertThat(send(neither.POST(HttpRequest.BodyPublishers.ofString(ask("ping", "{}"))))
                        .statusCode())
                .isEqualTo(406);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"say fail|It failed", "say break|log says why"})
    void whatGoesWrongInAToolIsItsResultAndShowsNothingOfTheInside(String words, String told) throws Exception {
        HttpResponse<String> answer = post(open(), say(3, words, ""));
        JsonNode result = messages(answer).get(0).path("result");
        assertThat(result.path("isError").asBoolean()).isTrue();
        assertThat(result.at("/content/0/text").asString()).contains(told);
        assertThat(answer.body()).doesNotContain("secret", "Exception", "\\tat ");
    }

    @Test
    void wrongArgumentsOfAToolAreAResultThatSaysSo() throws Exception {
        String call = ask("tools/call", "{\"name\":\"sandbox_create\",\"arguments\":{\"hardware\":5}}");
        JsonNode result = messages(post(open(), call)).get(0).path("result");
        assertThat(result.path("isError").asBoolean()).isTrue();
        assertThat(result.at("/content/0/text").asString()).contains("must be a string");
    }

    @Test
    void otherHardwareNeedsAnApproval() throws Exception {
        String call = ask("tools/call", "{\"name\":\"sandbox_create\",\"arguments\":{\"hardware\":\"cpu-upgrade\"}}");
        assertThat(messages(post(open(), call))
                        .get(0)
                        .at("/result/content/0/text")
                        .asString())
                .containsIgnoringCase("approv");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "tools/none|{}|-32601",
                "tools/call|{}|-32602",
                "tools/call|{\"name\":\"none\"}|-32602",
                "tools/call|{\"name\":\"say\",\"arguments\":[]}|-32602",
                "initialize|{}|-32602",
            })
    void whatCannotBeServedIsAnErrorOfJsonRpc(String method, String params, int code) throws Exception {
        HttpResponse<String> answer = post(open(), ask(method, params));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"code\":" + code, "\"id\":7").doesNotContain("Exception");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":7.0,\"method\":\"ping\",\"params\":null}",
                "{\"jsonrpc\":\"2.0\",\"id\":7e0,\"method\":\"tools/list\",\"params\":null}",
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":{\"cursor\":null,\"_meta\":null}}",
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"say\",\"arguments\":null}}",
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"say\",\"_meta\":{\"progressToken\":null}}}",
            })
    void nullIsAsIfItWereNotThereAndWholeNumbersAreSoInAnyNotation(String body) throws Exception {
        HttpResponse<String> answer = send(
                here(open()).setHeader("Accept", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("id").isIntegralNumber()).isTrue();
        assertThat(json(answer).path("id").asInt()).isEqualTo(7);
        assertThat(json(answer).has("result")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{|-32700",
                "{\"jsonrpc\":\"2.0\",\"id\":\"\\ud83d\",\"method\":\"ping\"}|-32700",
                "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]|-32600",
                "null|-32600",
                "{\"id\":1,\"method\":\"ping\"}|-32600",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}|-32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":5}|-32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}|-32600",
            })
    void whatIsNoMessageIsRefused(String body, int code) throws Exception {
        HttpResponse<String> answer = post(open(), body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).at("/error/code").asInt()).isEqualTo(code);
        assertThat(json(answer).path("id").isNull()).isTrue();
    }

    @Test
    void aCancelledCallEndsWithoutAnAnswer() throws Exception {
        String client = open();
        CompletableFuture<HttpResponse<String>> call = http.sendAsync(
                here(client)
                        .POST(HttpRequest.BodyPublishers.ofString(say(3, "hang", "")))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        running(1);
        String cancel = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":%s}}";
        assertThat(post(client, cancel.formatted("\"3\"")).statusCode()).isEqualTo(202);
        assertThat(post(open(), cancel.formatted("3")).statusCode()).isEqualTo(202);
        assertThat(post(client, say(3, "again", "")).body()).contains("runs already");
        assertThat(service.tools.running).hasValue(1);
        assertThat(post(client, cancel.formatted("3")).statusCode()).isEqualTo(202);
        running(0);
        assertThat(messages(call.get())).isEmpty();
        assertThat(messages(post(client, say(3, "again", "")))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {BOTH, "application/json"})
    void aClientThatVanishesEndsItsCall(String accept) throws Exception {
        HttpRequest.Builder call = here(open()).setHeader("Accept", accept);
        try (HttpCut cut = HttpCut.of(service.port(), call, say(3, "hang", ""))) {
            running(1);
            assertThat(cut.connection().isClosed()).isFalse();
        }
        running(0);
    }

    @Test
    void aCallThatSaysNothingTellsEveryFewSecondsThatItGoesOn() throws Exception {
        CompletableFuture<HttpResponse<String>> call = http.sendAsync(
                here(open())
                        .POST(HttpRequest.BodyPublishers.ofString(
                                say(3, "hang", ",\"_meta\":{\"progressToken\":\"p\"}")))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        running(1);
        service.time.advanceTimeBy(Duration.ofSeconds(21));
        service.sessions.interrupt("one", session).block(Duration.ofSeconds(5));
        List<JsonNode> said = messages(call.get());
        List<JsonNode> goesOn = said.stream()
                .filter(one -> one.at("/params/message").asString("").startsWith("say goes on"))
                .toList();
        assertThat(goesOn).hasSizeBetween(4, 8);
        assertThat(said.subList(0, said.size() - 1).stream()
                        .map(one -> one.at("/params/progress").asInt()))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void anIdIsAsGoodInAnotherRunOfTheServiceAsInThis() throws Exception {
        String client = open();
        try (McpService next = new McpService()) {
            SessionRequest same = new SessionRequest("one", null, null, "base", null, Map.of(), Map.of(), null, null);
            next.sessions.open(session, same).block(Duration.ofSeconds(5));
            HttpRequest.Builder ping = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + next.port() + "/sessions/" + session + "/mcp"))
                    .header("Content-Type", "application/json")
                    .header("Accept", BOTH)
                    .header("X-API-Key", TestService.KEY)
                    .header("Mcp-Session-Id", client);
            assertThat(send(ping.POST(HttpRequest.BodyPublishers.ofString(say(1, "hello", ""))))
                            .body())
                    .contains("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 32, 33, 96})
    void anIdOfWhichACharacterIsAnotherIsNone(int place) throws Exception {
        char[] id = open().toCharArray();
        id[place] = id[place] == 'a' ? 'b' : 'a';
        assertThat(post(new String(id), ask("ping", "{}")).statusCode()).isEqualTo(404);
    }

    /** Nothing is kept of a client that could be ended. */
    @Test
    void aClientCannotBeEnded() throws Exception {
        String client = open();
        assertThat(send(here(client).DELETE()).statusCode()).isEqualTo(405);
        assertThat(post(client, ask("ping", "{}")).statusCode()).isEqualTo(200);
        assertThat(service.clients.running()).isZero();
    }

    @Test
    void aClientIsAcceptedOnItsOwnPathAndOfItsOwnerOnly() throws Exception {
        String client = open();
        String ping = ask("ping", "{}");
        HttpResponse<String> foreign = send(request("/sessions/" + service.session() + "/mcp", client)
                .POST(HttpRequest.BodyPublishers.ofString(ping)));
        assertThat(foreign.statusCode()).isEqualTo(404);
        assertThat(json(foreign).path("code").asInt()).isEqualTo(404);
        HttpRequest.Builder other = here(client).setHeader("X-API-Key", TestService.OTHER_KEY);
        assertThat(send(other.POST(HttpRequest.BodyPublishers.ofString(ping))).statusCode())
                .isEqualTo(404);
        assertThat(send(other.POST(initialize("2025-11-25"))).statusCode()).isEqualTo(404);
        assertThat(post("unknown", ping).statusCode()).isEqualTo(404);
        assertThat(post(null, ping).statusCode()).isEqualTo(400);
        assertThat(post(client, ping).statusCode()).isEqualTo(200);
    }

    @Test
    void aSessionRunsSoManyCallsAtOnceOfAllItsClientsAndTheNextIsToldSo() throws Exception {
        List<HttpCut> calls = new ArrayList<>();
        for (int i = 0; i < 64; i++) calls.add(HttpCut.of(service.port(), here(open()), say(i, "hang", "")));
        running(64);
        String client = open();
        assertThat(post(client, say(64, "hello", "")).body()).contains("\"error\"", "which is the limit");
        calls.remove(0).close();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(post(client, say(64, "hello", "")).body()).contains("\"result\""));
        for (HttpCut call : calls) call.close();
        running(0);
        await().atMost(Duration.ofSeconds(10)).until(() -> service.clients.running() == 0);
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void aCallThatIsTooLongIsTheToolsErrorWhereverItsIdStands(boolean first, boolean declared) throws Exception {
        String head = "\"jsonrpc\":\"2.0\",\"id\":\"x\\\"7\",\"method\":\"tools/call\"";
        String params =
                "\"params\":{\"id\":5,\"name\":\"say\",\"arguments\":{\"words\":\"" + "{,\\\"[".repeat(20_000) + "\"}}";
        String call = first ? "{" + head + "," + params + "}" : "{" + params + "," + head + "}";
        HttpResponse<String> answer = declared ? post(open(), call) : postInChunks(open(), call);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("id").asString()).isEqualTo("x\"7");
        assertThat(json(answer).at("/result/isError").asBoolean()).isTrue();
        assertThat(json(answer).at("/result/content/0/text").asString())
                .contains("at most 65536 are taken, so nothing was done", "write takes at most 4 MiB at once");
        assertThat(service.tools.running).hasValue(0);
    }

    @Test
    void messageOfUnknownLengthIsReadAsAnyOther() throws Exception {
        assertThat(postInChunks(open(), "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}")
                        .body())
                .contains("\"result\"", "\"id\":1");
        assertThat(postInChunks(open(), "").statusCode()).isEqualTo(400);
        assertThat(postInChunks(open(), "{").statusCode()).isEqualTo(400);
    }

    @Test
    void whatIsTooLongAndNoCallIsRefusedPlainly() throws Exception {
        String words = "\"" + "x".repeat(70_000) + "\"";
        assertThat(post(open(), "{\"id\":1,\"method\":\"ping\",\"params\":{\"a\":" + words + "}}")
                        .body())
                .contains("\"code\":-32600", "\"id\":1");
        assertThat(post(open(), "{\"method\":\"ping\",\"params\":{\"a\":" + words + "}}")
                        .statusCode())
                .isEqualTo(413);
        assertThat(post(null, "{\"id\":1,\"params\":{\"a\":" + words + "}}").statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.example,403",
        "null,403",
        "http://127.0.0.1:1,403",
        "https://listed.example,200",
        "https://listed.example.evil.example,403",
        "HERE,200",
    })
    void pagesOfOtherHostsAreRefused(String origin, int status) throws Exception {
        String said = origin.equals("HERE") ? "http://127.0.0.1:" + service.port() : origin;
        HttpRequest.Builder request = here(null).header("Origin", said).POST(initialize("2025-11-25"));
        assertThat(send(request).statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"https://listed.example,204", "https://evil.example,403", "null,403"})
    void listedPagesAreToldBeforehandThatTheyMayCall(String origin, int status) throws Exception {
        HttpRequest.Builder question = here(null)
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "x-api-key,mcp-session-id")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody());
        HttpResponse<String> answer = send(question);
        assertThat(answer.statusCode()).isEqualTo(status);
        HttpHeaders headers = answer.headers();
        if (status != 204) {
            assertThat(headers.map()).doesNotContainKey("access-control-allow-origin");
            return;
        }
        assertThat(headers.firstValue("Access-Control-Allow-Origin")).hasValue(origin);
        assertThat(headers.firstValue("Access-Control-Allow-Headers")).hasValue("x-api-key,mcp-session-id");
        HttpHeaders opened = send(here(null).header("Origin", origin).POST(initialize("2025-11-25")))
                .headers();
        assertThat(opened.firstValue("Access-Control-Allow-Origin")).hasValue(origin);
        assertThat(opened.firstValue("Access-Control-Expose-Headers").orElse(""))
                .contains("Mcp-Session-Id");
    }

    @Test
    void aKeyMayComeAsABearer() throws Exception {
        HttpRequest.Builder bare = HttpRequest.newBuilder(here(null).build().uri())
                .header("Content-Type", "application/json")
                .POST(initialize("2025-11-25"));
        for (HttpRequest.Builder stranger : List.of(bare, bare.copy().setHeader("Authorization", "Bearer wrong"))) {
            HttpResponse<String> refused = send(stranger);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"Sandbar\"");
        }
        assertThat(send(bare.setHeader("Authorization", "Bearer " + TestService.KEY))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void theRestOfTheProtocolIsRefusedPlainly() throws Exception {
        String client = open();
        assertThat(send(here(client).GET()).statusCode()).isEqualTo(405);
        String initialized = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
        assertThat(post(client, initialized).statusCode()).isEqualTo(202);
        assertThat(post(client, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}").statusCode())
                .isEqualTo(202);
        HttpRequest.Builder unnamed = here(client).header("MCP-Protocol-Version", "2025-03-26");
        assertThat(send(unnamed.POST(HttpRequest.BodyPublishers.ofString(ask("ping", "{}"))))
                        .statusCode())
                .isEqualTo(200);
        HttpRequest.Builder old = here(client).header("MCP-Protocol-Version", "1999-01-01");
        assertThat(send(old.POST(HttpRequest.BodyPublishers.ofString(ask("ping", "{}"))))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void anEndedSessionTakesNoClientsAndNoCalls() throws Exception {
        String client = open();
        service.sessions.end("one", session).block(Duration.ofSeconds(10));
        assertThat(send(here(null).POST(initialize("2025-11-25"))).statusCode()).isEqualTo(410);
        JsonNode result = messages(post(client, say(3, "hello", ""))).get(0).path("result");
        assertThat(result.path("isError").asBoolean()).isTrue();
        assertThat(result.at("/content/0/text").asString()).contains("has ended");
    }
}

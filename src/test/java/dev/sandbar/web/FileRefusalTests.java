package dev.sandbar.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentException.Code;
import dev.sandbar.runtime.FileOwner;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** What an agent refuses is told with its reason and its path, and is never taken for the end of the sandbox. */
class FileRefusalTests {

    private static final TestService SERVICE = new TestService();
    private static final String ID = SERVICE.sandbox();
    private static final MemoryAgent AGENT = SERVICE.runtime.agent(ID);

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @AfterEach
    void allow() {
        AGENT.refusal = null;
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID, 400, invalid_argument",
        "NOT_FOUND, 404, not_found",
        "EXISTS, 409, already_exists",
        "NOT_A_DIRECTORY, 400, invalid_argument",
        "IS_A_DIRECTORY, 400, invalid_argument",
        "NOT_PERMITTED, 403, permission_denied",
        "NO_SPACE, 507, failed_precondition",
        "EXHAUSTED, 429, resource_exhausted",
        "UNIMPLEMENTED, 501, unimplemented",
        "INTERNAL, 500, internal",
        "LOOP, 400, failed_precondition",
        "BUSY, 409, aborted",
    })
    void eachCodeHasItsStatus(Code code, int status, String word) {
        AGENT.refusal = new AgentException(code, "the system's words");
        get("/files?path=x").expectStatus().isEqualTo(status);
        upload("/files?path=x").expectStatus().isEqualTo(status);
        for (String method : new String[] {"Stat", "ListDir", "MakeDir", "Remove"}) {
            call(method, "{\"path\":\"x\"}").expectBody().jsonPath("$.code").isEqualTo(word);
        }
        call("Move", "{\"source\":\"x\",\"destination\":\"y\"}")
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo(word);
    }

    @ParameterizedTest
    @EnumSource
    void noneSaysThatTheSandboxIsGone(Code code) {
        AGENT.refusal = new AgentException(code, "the system's words");
        get("/files?path=x").expectStatus().value(status -> assertThat(status).isNotIn(502, 503));
        call("Stat", "{\"path\":\"x\"}")
                .expectStatus()
                .value(status -> assertThat(status).isNotIn(502, 503));
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_FOUND, source: none, /home/user/from, /home/user/to",
        "NOT_FOUND, none, /home/user/from, /home/user/to",
        "EXISTS, target: not empty, /home/user/to, /home/user/from",
        "EXISTS, not empty, /home/user/to, /home/user/from",
        "NOT_A_DIRECTORY, target: not a directory, /home/user/to, /home/user/from",
        "IS_A_DIRECTORY, target: is a directory, /home/user/to, /home/user/from",
        "NO_SPACE, target: full, /home/user/to, /home/user/from",
        "BUSY, source: changes, /home/user/from, /home/user/to",
    })
    void aMoveNamesThePathThatIsWrong(Code code, String said, String named, String other) {
        AGENT.refusal = new AgentException(code, said);
        assertThat(move())
                .contains(named)
                .doesNotContain(other)
                .doesNotContain("source:")
                .doesNotContain("target:");
    }

    @Test
    void oneOfWhichNobodyKnowsItNamesBoth() {
        AGENT.refusal = new AgentException(Code.NOT_PERMITTED, "Operation not permitted");
        assertThat(move()).contains("/home/user/from").contains("/home/user/to").contains("Operation not permitted");
    }

    /** As a listing shows a name that isn't UTF-8. */
    @ParameterizedTest
    @ValueSource(strings = {"Remove", "Stat", "ListDir"})
    void aNameThatMayStandForAnotherIsNotSaidToBeGone(String method) {
        call(method, "{\"path\":\"odd\uFFFDname\"}")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.message")
                .value(said ->
                        assertThat(String.valueOf(said)).contains("isn't UTF-8").contains("use a command"));
        call(method, "{\"path\":\"none\"}").expectStatus().isEqualTo(method.equals("Remove") ? 200 : 404);
    }

    @Test
    void oneThatIsThereIsUsed() {
        AGENT.nodes.put(
                "/home/user/a\uFFFD", new MemoryAgent.Node(new byte[] {'x'}, false, FileOwner.USER, 0644, Map.of()));
        get("/files?path=a%EF%BF%BD").expectStatus().isOk();
        call("Remove", "{\"path\":\"a\uFFFD\"}").expectStatus().isOk();
        assertThat(AGENT.nodes).doesNotContainKey("/home/user/a\uFFFD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%FF", "%C3", "a%ED%A0%80"})
    void bytesThatAreNoTextMeanNoOtherFile(String path) {
        get("/files?path=" + path).expectStatus().isBadRequest();
        upload("/files?path=" + path).expectStatus().isBadRequest();
        assertThat(AGENT.nodes.keySet()).noneMatch(name -> name.contains("\uFFFD"));
    }

    @Test
    void norDoThoseInAForm() {
        byte[] body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\u00ff\"\r\n\r\nx\r\n--b--\r\n"
                .getBytes(ISO_8859_1);
        client().post()
                .uri("/files")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isBadRequest();
        assertThat(AGENT.nodes.keySet()).noneMatch(name -> name.contains("\uFFFD"));
    }

    private static String move() {
        byte[] body = call("Move", "{\"source\":\"from\",\"destination\":\"to\"}")
                .expectBody()
                .returnResult()
                .getResponseBody();
        return text(body);
    }

    private static String text(byte @Nullable [] body) {
        return body == null ? "" : new String(body, java.nio.charset.StandardCharsets.UTF_8);
    }

    private static WebTestClient client() {
        return SERVICE.data(ID);
    }

    private static URI uri(String pathAndQuery) {
        return URI.create("http://127.0.0.1:" + SERVICE.port() + pathAndQuery);
    }

    private static WebTestClient.ResponseSpec get(String pathAndQuery) {
        return client().get().uri(uri(pathAndQuery)).exchange();
    }

    private static WebTestClient.ResponseSpec upload(String pathAndQuery) {
        return client().post()
                .uri(uri(pathAndQuery))
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .bodyValue(new byte[] {1})
                .exchange();
    }

    private static WebTestClient.ResponseSpec call(String method, String json) {
        return client().post()
                .uri("/filesystem.Filesystem/" + method)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(json)
                .exchange();
    }
}

package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.StatusAssertions;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Whatever takes text refuses what is none, so that all that is kept can be told to the strictest of clients. */
class TextDoorTests {

    private static final TestService SERVICE = new TestService();
    private static final String ID = SERVICE.sandbox();

    @AfterAll
    static void close() {
        SERVICE.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST|/sandboxes|{'templateID':'base','metadata':{'a':'BAD'}}",
                "POST|/v2/sandboxes|{'templateID':'base','metadata':{'BAD':'a'}}",
                "POST|/v2/sandboxes|{'templateID':'base','envVars':{'A':'BAD'}}",
                "POST|/v2/sandboxes|{'templateID':'BAD'}",
                "POST|/v2/sandboxes|{'templateID':'base','unknown':['BAD']}",
                "PATCH|/sandboxes/ID/metadata|{'a':'BAD'}",
                "PATCH|/sandboxes/ID/metadata|{'BAD':null}",
                "POST|/sandboxes/ID/commands|{'cmd':'echo','args':['BAD']}",
                "POST|/sandboxes/ID/commands|{'cmd':'echo','envs':{'A':'BAD'}}",
                "POST|/sandboxes/ID/commands|{'cmd':'echo','cwd':'/BAD'}",
                "POST|/sessions|{'title':'BAD'}",
                "POST|/sessions|{'key':'BAD'}",
                "POST|/sessions|{'metadata':{'BAD':'a'}}",
                "POST|/sessions|{'envVars':{'A':'BAD'}}",
            })
    void ourRoutesRefuseHalfOfAPair(String method, String path, String body) {
        for (String half : List.of("\\ud83d", "\\ude00", "x\\ud83dy")) {
            refused(SERVICE.control(), method, path, body.replace("BAD", half));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/filesystem.Filesystem/Stat|{'path':'/tmp/BAD'}",
                "/filesystem.Filesystem/ListDir|{'path':'/tmp/BAD'}",
                "/filesystem.Filesystem/MakeDir|{'path':'/tmp/BAD'}",
                "/filesystem.Filesystem/Remove|{'path':'/tmp/BAD'}",
                "/filesystem.Filesystem/Move|{'source':'/tmp','destination':'/tmp/BAD'}",
                "/process.Process/SendSignal|{'process':{'tag':'BAD'},'signal':9}",
            })
    void connectsCallsRefuseHalfOfAPair(String path, String body) {
        refused(SERVICE.data(ID), "POST", path, body.replace("BAD", "\\ud83d"));
    }

    @Test
    void connectsStreamsRefuseHalfOfAPair() {
        byte[] answer = SERVICE.data(ID)
                .post()
                .uri("/process.Process/Start")
                .header("Content-Type", "application/connect+json")
                .bodyValue(Envelopes.pack("{\"process\":{\"cmd\":\"echo\",\"args\":[\"\\ud83d\"]}}"))
                .exchange()
                .expectBody()
                .returnResult()
                .getResponseBody();
        assertThat(Envelopes.unpack(Objects.requireNonNull(answer)).get(0)).contains("invalid_argument", "surrogate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%ED%A0%80", "%FF", "%C0%80", "%00", "a%E2%82"})
    void pathsAndQueriesThatAreNoTextAreRefused(String escapes) {
        for (String path : List.of(
                "/sandboxes/" + escapes,
                "/sandboxes/ID/commands/" + escapes,
                "/sessions/" + escapes,
                "/sandboxes?metadata=a%3D" + escapes,
                "/v2/sandboxes?metadata=" + escapes)) {
            status(SERVICE.control().get().uri(uri(path)).exchange().expectStatus(), path);
        }
        status(
                SERVICE.data(ID)
                        .get()
                        .uri(uri("/files?path=/tmp/" + escapes))
                        .exchange()
                        .expectStatus(),
                escapes);
        status(
                SERVICE.data(ID)
                        .post()
                        .uri(uri("/files?path=/tmp/" + escapes))
                        .contentType(MediaType.APPLICATION_OCTET_STREAM)
                        .bodyValue("x")
                        .exchange()
                        .expectStatus(),
                escapes);
        assertThat(SERVICE.runtime.agent(ID).nodes.keySet()).noneMatch(path -> path.contains("\uFFFD"));
    }

    @Test
    void aFormsFileNameThatIsNoTextIsRefused() {
        byte[] form =
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"/tmp/a\u00ff\"\r\n\r\nx\r\n--b--\r\n"
                        .getBytes(StandardCharsets.ISO_8859_1);
        status(
                SERVICE.data(ID)
                        .post()
                        .uri("/files")
                        .contentType(MediaType.parseMediaType("multipart/form-data; boundary=b"))
                        .bodyValue(form)
                        .exchange()
                        .expectStatus(),
                "a form");
    }

    @Test
    void theFilterOfMetadataIsTextInEachOfItsLayers() {
        for (String inner : List.of("%ED%A0%80", "%FF", "%00")) {
            String twice = inner.replace("%", "%2525");
            status(
                    SERVICE.control()
                            .get()
                            .uri(uri("/v2/sandboxes?metadata=a%3D" + twice))
                            .exchange()
                            .expectStatus(),
                    twice);
        }
    }

    /** Of what isn't in pairs any more, since it was cut, nothing may be told either. */
    @Test
    void aRefusalThatShowsABeginNeverCutsAPair() {
        String key = "k" + "\uD83D\uDE00".repeat(100);
        byte[] answer = SERVICE.control()
                .patch()
                .uri("/sandboxes/" + ID + "/metadata")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"" + key + "\":\"v\"}")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .returnResult()
                .getResponseBody();
        String text = new String(Objects.requireNonNull(answer), StandardCharsets.UTF_8);
        assertThat(text).contains("k\uD83D\uDE00").doesNotContainIgnoringCase("\\ud83d\"");
    }

    /** What lives as long as a sandbox or a session. */
    @Test
    void variablesThatAreKeptAreBoundedByCountAndBytes() {
        for (String variables : List.of(
                IntStream.range(0, 513).mapToObj(i -> "\"A" + i + "\":\"\"").collect(Collectors.joining(",")),
                "\"A\":\"" + "x".repeat(32 * 1024) + "\"")) {
            String environment = "'envVars':{" + variables + "}";
            refused(SERVICE.control(), "POST", "/v2/sandboxes", "{'templateID':'base'," + environment + "}");
            refused(SERVICE.control(), "POST", "/sessions", "{" + environment + "}");
        }
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + SERVICE.port() + path.replace("ID", ID));
    }

    private static void refused(WebTestClient client, String method, String path, String body) {
        status(
                client.method(HttpMethod.valueOf(method))
                        .uri(path.replace("ID", ID))
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(body.replace('\'', '"'))
                        .exchange()
                        .expectStatus(),
                path + body);
    }

    private static void status(StatusAssertions status, String what) {
        status.value(code -> assertThat(code).as(what).isEqualTo(400));
    }
}

package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.web.RawHttp.Answer;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that can't be read are the client's fault, and said so. */
class HeadersTests {

    private static TestService service;
    private static String id;

    @BeforeAll
    static void start() {
        service = new TestService();
        id = service.sandbox();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static Answer ask(String method, String path, String headers, String body) throws IOException {
        try (RawHttp connection = new RawHttp(service.port())) {
            String named = path.startsWith("/process") || path.startsWith("/files")
                    ? "E2b-Sandbox-Id: " + id + "\r\nE2b-Sandbox-Port: 49983\r\nX-Access-Token: "
                            + service.tokens.of(id)
                    : "X-API-Key: " + TestService.KEY;
            String head = method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + named + "\r\n" + headers;
            String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
            return connection.send(head + length + "\r\n" + body).answer(method.equals("HEAD"));
        }
    }

    @ParameterizedTest(name = "{0} is answered by {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "x | 400",
                "/ | 400",
                "application/ | 400",
                "application/json; | 0",
                "application/json;charset | 400",
                "application/json;charset=none-such | 415",
                "application/json;charset=*! | 415",
                "application/json;charset=\"utf-8\" | 0",
                "application/json;q=x | 400",
                "application/json;a=\"b | 400",
                "application/*+json | 0",
                "a/b/c | 400",
                "text/plain | 415",
                "*/* | 415",
                "multipart/form-data | 415",
                "multipart/form-data; boundary= | 400",
                "; | 400",
                ", | 400",
                "ä/ö | 400",
            })
    void contentTypes(String type, int status) throws IOException {
        for (String path : List.of("/sandboxes", "/sessions", "/sandboxes/" + id + "/commands")) {
            Answer answer = ask("POST", path, "Content-Type: " + type + "\r\n", "[]");
            // A type that is well is followed by the refusal of the body.
            assertThat(answer.status()).as(path + ": " + answer.body()).isEqualTo(status == 0 ? 400 : status);
            if (status == 0) assertThat(answer.body()).contains("must be an object");
            assertThat(answer.body()).contains("\"code\":", "\"message\":");
        }
        assertThat(ask("POST", "/process.Process/List", "Content-Type: " + type + "\r\n", "[]")
                        .status())
                .isBetween(400, 415);
        Answer upload = ask("POST", "/files?path=a", "Content-Type: " + type + "\r\n", "[]");
        assertThat(upload.status()).as(upload.body()).isLessThan(500);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "x | 400",
                "*/*;q=x | 400",
                "*/*;q=2 | 400",
                "text/html,,application/json | 200",
                "image/png | 200",
                "*/json | 400",
                "a/b;charset=none-such | 400",
                "ä/* | 400",
                "text/event-stream;q=0 | 200",
            })
    void accepts(String accept, int status) throws IOException {
        for (String path : List.of("/sandboxes", "/sandboxes/" + id, "/capabilities")) {
            Answer answer = ask("GET", path, "Accept: " + accept + "\r\n", "");
            assertThat(answer.status()).as(answer.body()).isEqualTo(status);
            if (status == 400) assertThat(answer.body()).contains("\"code\":400", "Accept");
        }
    }

    static Stream<String> oddHeaders() {
        List<String> values = List.of(
                "",
                "x",
                "-1",
                "ä",
                "\"",
                "=",
                ";",
                ",",
                ",,",
                "*",
                "99999999999999999999",
                "a=b;c",
                "%zz",
                "a".repeat(5000));
        return Stream.of(
                        "Accept-Charset",
                        "Accept-Encoding",
                        "Accept-Language",
                        "Access-Control-Request-Headers",
                        "Access-Control-Request-Method",
                        "Authorization",
                        "Connect-Protocol-Version",
                        "Connect-Timeout-Ms",
                        "Content-Encoding",
                        "Content-Language",
                        "Content-Range",
                        "Cookie",
                        "Date",
                        "E2b-Sandbox-Id",
                        "E2b-Sandbox-Port",
                        "Forwarded",
                        "Idempotency-Key",
                        "If-Match",
                        "If-Modified-Since",
                        "If-None-Match",
                        "If-Range",
                        "If-Unmodified-Since",
                        "Keepalive-Ping-Interval",
                        "Last-Event-ID",
                        "MCP-Protocol-Version",
                        "Mcp-Session-Id",
                        "Origin",
                        "Prefer",
                        "Range",
                        "Referer",
                        "TE",
                        "Trailer",
                        "X-Access-Token",
                        "X-API-Key",
                        "X-Forwarded-For",
                        "X-Forwarded-Host",
                        "X-Forwarded-Port",
                        "X-Metadata-A")
                .flatMap(name -> values.stream().map(value -> name + ": " + value));
    }

    @ParameterizedTest
    @MethodSource("oddHeaders")
    void noHeaderIsAFailure(String header) throws IOException {
        String json = "Content-Type: application/json\r\n" + header + "\r\n";
        for (Answer answer : List.of(
                ask("GET", "/sandboxes/" + id, header + "\r\n", ""),
                ask("OPTIONS", "/sessions/none/events", header + "\r\n", ""),
                ask("GET", "/sandboxes/none/events", header + "\r\n", ""),
                ask("GET", "/files?path=/none", header + "\r\n", ""),
                ask("POST", "/files?path=/home/user/odd", header + "\r\n", "x"),
                ask("PATCH", "/sandboxes/" + id + "/metadata", json, "{}"),
                ask("POST", "/process.Process/List", json, "{}"))) {
            assertThat(answer.status()).as(answer.body()).isNotEqualTo(500).isLessThan(502);
        }
    }

    @Test
    void filesAreAnsweredWhateverTheirConditionsAre() throws IOException {
        assertThat(ask("POST", "/files?path=/home/user/there", "", "content").status())
                .isEqualTo(200);
        for (String header : List.of(
                "Range: bytes=a-",
                "Range: bytes=5-1",
                "Range: bytes=0-0,0-0",
                "If-None-Match: \"",
                "If-Range: x\r\nRange: bytes=0-1",
                "If-Modified-Since: yesterday")) {
            Answer answer = ask("GET", "/files?path=/home/user/there", header + "\r\n", "");
            assertThat(answer.status()).as(header).isIn(200, 206, 416);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Disposition: form-data; nle\"../../etc\"c\"",
                "Content-Disposition: form-data",
                "Content-Disposition: ;",
                "Content-Disposition:",
                "Content-Type: x",
                "Nothing: x",
            })
    void headsOfPartsThatCantBeReadAreRefused(String head) throws IOException {
        String form = "--b\r\n" + head + "\r\n\r\nsome\r\n--b--\r\n";
        Answer answer =
                ask("POST", "/files?path=/home/user/p", "Content-Type: multipart/form-data; boundary=b\r\n", form);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("\"code\":400");
    }

    @Test
    void theHeadOfAStreamIsAnsweredWithoutIt() throws IOException {
        try (RawHttp connection = new RawHttp(service.port())) {
            for (String path : List.of("/sandboxes/" + id + "/events", "/sandboxes/none/events", "/health")) {
                connection.send("HEAD " + path + " HTTP/1.1\r\nHost: x\r\nX-API-Key: " + TestService.KEY + "\r\n\r\n");
                assertThat(connection.answer(true).status()).isEqualTo(path.contains("none") ? 404 : 200);
            }
        }
    }
}

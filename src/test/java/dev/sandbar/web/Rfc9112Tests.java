package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.web.RawHttp.Answer;
import dev.sandbar.web.RawHttp.End;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests at the edge of HTTP/1.1, and beyond. */
class Rfc9112Tests {

    private static final String HOST = "Host: x\r\n";
    private static final String HEALTH = "GET /health HTTP/1.1\r\n" + HOST + "\r\n";

    /** What would be answered if a body were taken for a request. */
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\n" + HOST + "\r\n";

    private static TestService service;

    @BeforeAll
    static void start() {
        service = new TestService();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static Arguments refused(String what, int status, String request) {
        return Arguments.of(what, status, request);
    }

    private static String get(String target, String headers) {
        return "GET " + target + " HTTP/1.1\r\n" + headers + "\r\n";
    }

    private static String post(String headers, String body) {
        return "POST /sandboxes HTTP/1.1\r\n" + HOST + "X-API-Key: " + TestService.KEY
                + "\r\nContent-Type: application/json\r\n" + headers + "\r\n" + body;
    }

    static Stream<Arguments> refusedRequests() {
        return Stream.of(
                refused("both lengths", 400, post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
                refused(
                        "both lengths, in the other order",
                        400,
                        post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n")),
                refused("two lengths", 400, post("Content-Length: 4\r\nContent-Length: 5\r\n", "{}{}{")),
                refused("the same length twice", 400, post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}")),
                refused("two lengths in one", 400, post("Content-Length: 4, 5\r\n", "{}{}{")),
                refused("a length below 0", 400, post("Content-Length: -1\r\n", "")),
                refused("a length with a sign", 400, post("Content-Length: +2\r\n", "{}")),
                refused("a length in hex", 400, post("Content-Length: 0x2\r\n", "{}")),
                refused("a length that is empty", 400, post("Content-Length: \r\n", "")),
                refused("a length beyond all numbers", 400, post("Content-Length: 99999999999999999999\r\n", "{}")),
                refused("a length with a blank", 400, post("Content-Length: 2 2\r\n", "{}")),
                refused("another coding", 400, post("Transfer-Encoding: gzip\r\n", "")),
                refused("identity", 400, post("Transfer-Encoding: identity\r\n", "")),
                refused("another coding behind chunked", 400, post("Transfer-Encoding: chunked, gzip\r\n", "")),
                refused("chunked twice", 400, post("Transfer-Encoding: chunked, chunked\r\n", "")),
                refused(
                        "chunked twice, in two lines",
                        400,
                        post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "")),
                refused("another coding before chunked", 501, post("Transfer-Encoding: gzip, chunked\r\n", "")),
                refused("a coding that looks like chunked", 400, post("Transfer-Encoding: xchunked\r\n", "")),
                refused("a coding in quotes", 400, post("Transfer-Encoding: \"chunked\"\r\n", "")),
                refused("a coding that is empty", 400, post("Transfer-Encoding: \r\n", "")),
                refused("a coding behind a tab in its name", 400, post("Transfer-Encoding\t: chunked\r\n", "")),
                refused("a blank before a colon", 400, post("Content-Length : 2\r\n", "{}")),
                refused("a blank before the first name", 400, "GET /health HTTP/1.1\r\n " + HOST + "\r\n"),
                refused("no colon", 400, get("/health", HOST + "Nothing\r\n")),
                refused("no name", 400, get("/health", HOST + ": nothing\r\n")),
                refused("a bare return in a value", 400, get("/health", HOST + "X: a\rb\r\n")),
                refused("a bare return before a name", 400, get("/health", HOST + "X: a\r\rY: b\r\n")),
                refused("a zero in a value", 400, get("/health", HOST + "X: a\0b\r\n")),
                refused("a zero in a name", 400, get("/health", HOST + "X\0: b\r\n")),
                refused("a zero in the target", 400, get("/hea\0lth", HOST)),
                refused("a zero in a target that is no URI either", 400, get("/}\0", HOST)),
                refused("a bad header of a target that is no URI", 400, get("/}", HOST + "Nothing\r\n")),
                refused("a bare line feed in the first line", 400, "GET /health HTTP/1.1\n" + HOST + "\r\n"),
                refused("a bare line feed behind a header", 400, "GET /health HTTP/1.1\r\nHost: x\nX: y\r\n\r\n"),
                refused("no Host", 400, get("/health", "")),
                refused("two Hosts", 400, get("/health", HOST + "Host: y\r\n")),
                refused("the same Host twice", 400, get("/health", HOST + HOST)),
                refused("an empty Host", 400, get("/health", "Host: \r\n")),
                refused("a Host with a path", 400, get("/health", "Host: x/y\r\n")),
                refused("a Host with a user", 400, get("/health", "Host: a@x\r\n")),
                refused("a Host with a blank", 400, get("/health", "Host: x y\r\n")),
                refused("a Host with a bad port", 400, get("/health", "Host: x:80a\r\n")),
                refused("a Host with a port beyond all", 400, get("/health", "Host: x:65536\r\n")),
                refused("two Hosts of HTTP/1.0", 400, "GET /health HTTP/1.0\r\n" + HOST + HOST + "\r\n"),
                refused(
                        "a coding of HTTP/1.0",
                        400,
                        "POST /sandboxes HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n"),
                refused("HTTP/2.0 in clear", 505, "GET /health HTTP/2.0\r\n" + HOST + "\r\n"),
                refused("HTTP/1.2", 505, "GET /health HTTP/1.2\r\n" + HOST + "\r\n"),
                refused("HTTP/9.9", 505, "GET /health HTTP/9.9\r\n" + HOST + "\r\n"),
                refused("no version", 400, "GET /health\r\n\r\n"),
                refused("another protocol", 400, "GET /health ICAP/1.0\r\n" + HOST + "\r\n"),
                refused("a blank in the target", 400, "GET /hea lth HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("CONNECT", 501, "CONNECT x:80 HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("a target that is no path", 400, get("health", HOST)),
                refused("an asterisk for others than OPTIONS", 400, get("*", HOST)),
                refused("a target of another scheme", 400, get("ftp://x/health", HOST)),
                refused("another expectation", 417, get("/health", HOST + "Expect: miracles\r\n")),
                refused("a long line", 414, get("/" + "a".repeat(20_000), HOST)),
                refused("large headers", 431, get("/health", HOST + "X: " + "y".repeat(40_000) + "\r\n")),
                refused("many headers", 431, get("/health", HOST + "X: y\r\n".repeat(9_000))),
                refused("more headers than anybody sends", 431, get("/health", HOST + "X: y\r\n".repeat(256))),
                refused("a method that is none", 400, "G@T /health HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("nothing but noise", 400, "\1\2\3\4 \5 \6\r\n\r\n"),
                refused("TLS", 400, "\u0016\3\1\2\0\1\0\1\u00fc\3\3\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("refusedRequests")
    void aRefusalIsTheLastAnswer(String what, int status, String request) throws IOException {
        try (RawHttp connection = new RawHttp(service.port())) {
            connection.send(request + SMUGGLED + SMUGGLED);
            Answer answer = connection.answer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(status);
            assertThat(answer.body()).contains("\"code\":" + status, "\"message\":\"");
            assertThat(answer.header("content-type")).isEqualTo("application/json");
            assertThat(answer.closes()).isTrue();
            assertThat(connection.end()).isEqualTo(End.CLOSED);
        }
    }

    @ParameterizedTest
    @MethodSource("refusedRequests")
    void whatWasAskedBeforeARefusalIsAnswered(String what, int status, String request) throws IOException {
        try (RawHttp connection = new RawHttp(service.port())) {
            connection.send(HEALTH + HEALTH + request + SMUGGLED);
            assertThat(connection.answer().status()).isEqualTo(200);
            assertThat(connection.answer().status()).isEqualTo(200);
            assertThat(connection.answer().status()).isEqualTo(status);
            assertThat(connection.end()).isEqualTo(End.CLOSED);
        }
    }

    static Stream<Arguments> badBodies() {
        String chunked = "Transfer-Encoding: chunked\r\n";
        return Stream.of(
                refused("a size that is none", 400, post(chunked, "zz\r\n{}\r\n0\r\n\r\n")),
                refused("a size below 0", 400, post(chunked, "-1\r\n{}\r\n0\r\n\r\n")),
                refused("a size beyond all numbers", 400, post(chunked, "fffffffffffffffff\r\n{}\r\n0\r\n\r\n")),
                refused("a size with 0x", 400, post(chunked, "0x2\r\n{}\r\n0\r\n\r\n")),
                refused("a chunk that is longer than its size", 400, post(chunked, "2\r\n{}{}\r\n0\r\n\r\n")),
                refused("a bare line feed behind a size", 400, post(chunked, "2\n{}\r\n0\r\n\r\n")),
                refused("a bare line feed in an extension", 400, post(chunked, "2;a\n{}\r\n0\r\n\r\n")),
                refused(
                        "an extension without an end",
                        400,
                        post(chunked, "2;" + "a".repeat(20_000) + "\r\n{}\r\n0\r\n\r\n")),
                refused("a trailer without a colon", 400, post(chunked, "2\r\n{}\r\n0\r\nNothing\r\n\r\n")),
                refused("trailers without an end", 431, post(chunked, "2\r\n{}\r\n0\r\n" + "X: y\r\n".repeat(9_000))));
    }

    /** Where the body goes wrong the answer may be another one, made before; in any case it is the last. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("badBodies")
    void aBadBodyIsTheLast(String what, int status, String request) throws IOException {
        try (RawHttp connection = new RawHttp(service.port())) {
            connection.send(request + SMUGGLED + SMUGGLED);
            Answer answer = connection.answer();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).contains("\"code\":" + status);
            assertThat(connection.end()).isEqualTo(End.CLOSED);
        }
    }

    static Stream<Arguments> acceptedRequests() {
        return Stream.of(
                Arguments.of("half a percent", 400, get("/%", HOST)),
                Arguments.of("a percent that is none", 400, get("/%zz", HOST)),
                Arguments.of("a bracket in the target", 400, get("/[", HOST)),
                Arguments.of("a small http", 200, "GET /health http/1.1\r\n" + HOST + "\r\n"),
                Arguments.of("a folded header", 200, get("/health", HOST + "X: a\r\n b\r\n")),
                Arguments.of("an absolute target", 200, get("http://y/health", HOST)),
                Arguments.of("an absolute target without a path", 404, get("http://y", HOST)),
                Arguments.of("a Host of IPv6", 200, get("/health", "Host: [::1]:8090\r\n")),
                Arguments.of("an empty line before", 200, "\r\n" + HEALTH),
                Arguments.of("an asterisk", 404, "OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n"),
                Arguments.of("a small method", 405, "get /health HTTP/1.1\r\n" + HOST + "\r\n"),
                Arguments.of("a method that nobody knows", 405, "BREW /health HTTP/1.1\r\n" + HOST + "\r\n"),
                Arguments.of("a path with dots", 404, get("/../health", HOST)),
                Arguments.of("a path with encoded dots", 404, get("/%2e%2e/health", HOST)),
                Arguments.of("a path with two slashes", 404, get("//health", HOST)),
                Arguments.of("a path with an encoded zero", 404, get("/%00", HOST)),
                Arguments.of("a path with half a character", 404, get("/%ff", HOST)),
                Arguments.of("a query with anything", 200, get("/health?a=%20&b&&=c", HOST)),
                Arguments.of("an upgrade", 200, get("/health", HOST + "Connection: Upgrade\r\nUpgrade: websocket\r\n")),
                Arguments.of(
                        "an upgrade to HTTP/2",
                        200,
                        get(
                                "/health",
                                HOST
                                        + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n")),
                Arguments.of(
                        "a body of a GET",
                        200,
                        get("/health", HOST + "Content-Length: " + SMUGGLED.length() + "\r\n") + SMUGGLED),
                Arguments.of(
                        "a chunked body of a GET",
                        200,
                        get("/health", HOST + "Transfer-Encoding: chunked\r\n") + "2\r\n{}\r\n0\r\n\r\n"),
                Arguments.of(
                        "a body that is refused unread",
                        401,
                        "POST /sandboxes HTTP/1.1\r\n" + HOST + "Content-Length: " + SMUGGLED.length() + "\r\n\r\n"
                                + SMUGGLED),
                Arguments.of("a large coding", 400, post("TRANSFER-ENCODING: CHUNKED\r\n", "2\r\n[]\r\n0\r\n\r\n")),
                Arguments.of(
                        "an extension and a trailer",
                        400,
                        post(
                                "Transfer-Encoding: chunked\r\n",
                                "2;a=\"b;c\"\r\n[]\r\n0\r\nX: y\r\nContent-Length: 7\r\n\r\n")));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("acceptedRequests")
    void behindOtherRequestsTheConnectionGoesOn(String what, int status, String request) throws IOException {
        try (RawHttp connection = new RawHttp(service.port())) {
            connection.send(request + HEALTH);
            assertThat(connection.answer().status()).isEqualTo(status);
            assertThat(connection.answer().status()).isEqualTo(200);
            assertThat(connection.send(HEALTH).answer().status()).isEqualTo(200);
        }
    }

    @Test
    void whatWasSentAheadIsAnsweredInOrderBeforeTheConnectionEnds() throws IOException {
        String created = post("Content-Length: 2\r\n", "[]");
        String last = get("/capabilities", HOST + "X-API-Key: " + TestService.KEY + "\r\nConnection: close\r\n");
        try (RawHttp connection = new RawHttp(service.port())) {
            connection.send(HEALTH + created + get("/none", HOST) + last + SMUGGLED);
            for (int status : List.of(200, 400, 404)) {
                Answer answer = connection.answer();
                assertThat(answer.status()).isEqualTo(status);
                assertThat(answer.closes()).isFalse();
            }
            Answer answer = connection.answer();
            assertThat(answer.body()).contains("\"isolation\"");
            assertThat(answer.closes()).isTrue();
            assertThat(connection.end()).isIn(End.CLOSED, End.RESET);
        }
    }

    @Test
    void aThousandRequestsSentAheadAreAllAnswered() throws IOException {
        try (RawHttp connection = new RawHttp(service.port())) {
            connection.send(HEALTH.repeat(1000) + get("/none", HOST + "Connection: close\r\n"));
            for (int i = 0; i < 1000; i++)
                assertThat(connection.answer().status()).isEqualTo(200);
            assertThat(connection.answer().status()).isEqualTo(404);
            assertThat(connection.end()).isEqualTo(End.CLOSED);
        }
    }

    /** Events of a sandbox have no length that is known before. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: keep-alive\r\n"})
    void oldClientsGetNoChunks(String headers) throws IOException {
        String ended = service.sandbox();
        service.control()
                .delete()
                .uri("/sandboxes/" + ended)
                .exchange()
                .expectStatus()
                .isNoContent();
        String path = "/sandboxes/" + ended + "/events";
        try (RawHttp connection = new RawHttp(service.port())) {
            connection.send("GET " + path + " HTTP/1.0\r\nX-API-Key: " + TestService.KEY + "\r\n" + headers + "\r\n"
                    + SMUGGLED);
            Answer answer = connection.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers()).doesNotContainKey("transfer-encoding");
            assertThat(answer.closes()).isTrue();
            assertThat(answer.body()).doesNotContain("\r\n").endsWith("\n\n").contains("sandbox.ended");
        }
    }

    @Test
    void anExpectationIsMetOrRefusedBeforeTheBody() throws IOException {
        try (RawHttp connection = new RawHttp(service.port())) {
            connection.send(post("Content-Length: 2\r\nExpect: 100-continue\r\n", ""));
            assertThat(connection.answer().status()).isEqualTo(100);
            assertThat(connection.send("[]").answer().status()).isEqualTo(400);
        }
        try (RawHttp connection = new RawHttp(service.port())) {
            connection.send(
                    "POST /sandboxes HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(connection.answer().status()).isEqualTo(401);
        }
    }
}

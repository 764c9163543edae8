package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sandbar.client.SandboxApiException.Kind;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTests {

    private final ScriptedServer server = new ScriptedServer();
    private final SandboxClient client = server.client()
            .attempts(1, Duration.ofMillis(1), Duration.ofMillis(1))
            .build();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private SandboxApiException refusal(ScriptedServer.Step step) {
        server.then(step);
        return catchThrowableOfType(
                SandboxApiException.class, () -> client.get("i1").block(Duration.ofSeconds(20)));
    }

    @ParameterizedTest
    @CsvSource({
        "400,INVALID",
        "413,INVALID",
        "422,INVALID",
        "401,UNAUTHORIZED",
        "403,FORBIDDEN",
        "404,NOT_FOUND",
        "409,CONFLICT",
        "412,CONFLICT",
        "429,RATE_LIMITED",
        "501,UNSUPPORTED",
        "502,UNAVAILABLE",
        "503,UNAVAILABLE",
        "504,UNAVAILABLE",
        "507,NO_SPACE",
        "500,OTHER",
        "302,OTHER"
    })
    void eachStatusIsOfAKind(int status, Kind kind) {
        SandboxApiException refusal = refusal(ScriptedServer.error(status));
        assertThat(refusal.status()).isEqualTo(status);
        assertThat(refusal.kind()).isEqualTo(kind);
        assertThat(refusal).hasMessage("said no");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"sandboxId\":\"i1\",\"code\":502}                | SANDBOX_GONE",
                "{\"error\":\"sandbox_not_found\"}                  | SANDBOX_GONE",
                "{\"sandboxId\":\"i1\",\"port\":80,\"code\":502}    | UNAVAILABLE",
                "{\"error\":{\"a\":1}}                              | UNAVAILABLE",
                "<html>                                             | UNAVAILABLE",
            })
    void aGatewaysRefusalIsFinalWhereItSaysThatTheSandboxIsGone(String body, Kind kind) {
        assertThat(refusal(ScriptedServer.json(502, body)).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({"7,PT7S", "0,PT0S", "soon,", "-1,", "99999999999,"})
    void theServersWishIsRead(String header, Duration expected) {
        assertThat(refusal(ScriptedServer.error(503, "Retry-After", header)).retryAfter())
                .isEqualTo(expected);
    }

    @Test
    void aWishAsATimeIsReadByTheServersClock() {
        String now = "Wed, 21 Oct 2015 07:28:00 GMT";
        String then = "Wed, 21 Oct 2015 07:28:30 GMT";
        assertThat(refusal(ScriptedServer.error(503, "Date", now, "Retry-After", then))
                        .retryAfter())
                .isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aWishInTheBodyIsReadToo() {
        assertThat(refusal(ScriptedServer.json(429, "{\"code\":429,\"retryAfter\":3}"))
                        .retryAfter())
                .isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void aLongMessageIsCut() {
        String body = "{\"message\":\"" + "x".repeat(10_000) + "\"}";
        assertThat(refusal(ScriptedServer.json(400, body)).getMessage()).hasSizeLessThan(600);
    }

    @Test
    void anEndlessRefusalIsNotKept() {
        SandboxApiException refusal = refusal(ScriptedServer.json(500, "x".repeat(1_000_000)));
        assertThat(refusal).hasMessageContaining("GET /sandboxes/{id} was answered by 500");
    }
}

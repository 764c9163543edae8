package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.web.RawHttp.Answer;
import dev.sandbar.web.RawHttp.End;
import dev.sandbar.web.wire.ConnectionSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Connections that stand still end, those that are slow go on. */
class DeadlinesTests {

    private static final int MOST = 12;
    private static final int MOST_PER_ADDRESS = 8;
    private static final ConnectionSettings QUICK = ConnectionSettings.DEFAULT.withDeadlines(
            Duration.ofSeconds(1), Duration.ofMillis(1500), Duration.ofSeconds(2));
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final ConnectionSettings FEW = new ConnectionSettings(LONG, LONG, LONG, MOST, MOST_PER_ADDRESS, 100);
    private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";

    private final long begin = System.nanoTime();
    private TestService service = new TestService(QUICK);

    @AfterEach
    void stop() {
        service.close();
    }

    private void startAnother(ConnectionSettings settings) {
        service.close();
        service = new TestService(settings);
    }

    private long millis() {
        return (System.nanoTime() - begin) / 1_000_000;
    }

    @Test
    void whoSendsNothingIsClosedWithoutAWord() throws IOException {
        try (RawHttp silent = new RawHttp(service.port())) {
            assertThat(silent.end()).isEqualTo(End.CLOSED);
            assertThat(millis()).isBetween(900L, 10_000L);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "G",
                "GET /hea",
                "GET /health HTTP/1.1\r\n",
                "GET /health HTTP/1.1\r\nHost: x\r\nX-Half",
                "GET /health HTTP/1.1\r\nHost: x\r\n",
                "\r\n\r\n"
            })
    void halfAHeadIsAnsweredByATimeout(String half) throws IOException {
        try (RawHttp slow = new RawHttp(service.port()).send(half)) {
            Answer answer = slow.answer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.body()).contains("\"code\":408");
            assertThat(answer.closes()).isTrue();
            assertThat(slow.end()).isEqualTo(End.CLOSED);
        }
    }

    @Test
    void aHeadThatComesByteByByteHasOneDeadline() throws IOException {
        String head = "GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: " + "y".repeat(1000);
        try (RawHttp slow = new RawHttp(service.port())) {
            trickle(slow, head, 100);
            assertThat(slow.answer().status()).isEqualTo(408);
            assertThat(millis()).isLessThan(10_000);
        }
    }

    /** Sends letter by letter, with pauses, until the other side has gone. */
    private static Thread trickle(RawHttp to, String text, long pause) {
        Thread sender = new Thread(() -> {
            for (int i = 0; i < text.length(); i++) {
                LockSupport.parkNanos(pause * 1_000_000);
                if (!sendOne(to, text.charAt(i))) return;
            }
        });
        sender.start();
        return sender;
    }

    private static boolean sendOne(RawHttp to, int letter) {
        try {
            to.send(new byte[] {(byte) letter});
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    @Test
    void aKeptConnectionIsClosedWhenItIsIdle() throws IOException {
        try (RawHttp idle = new RawHttp(service.port())) {
            for (int i = 0; i < 3; i++)
                assertThat(idle.send(HEALTH).answer().status()).isEqualTo(200);
            long answered = millis();
            assertThat(idle.end()).isEqualTo(End.CLOSED);
            assertThat(millis() - answered).isBetween(1900L, 15_000L);
        }
    }

    @Test
    void theNextHeadHasADeadlineToo() throws IOException {
        try (RawHttp slow = new RawHttp(service.port())) {
            assertThat(slow.send(HEALTH).answer().status()).isEqualTo(200);
            assertThat(slow.send("GET /he").answer().status()).isEqualTo(408);
            assertThat(slow.end()).isEqualTo(End.CLOSED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 100\r\n\r\n{",
                "Transfer-Encoding: chunked\r\n\r\n5\r\n{",
                "Content-Length: 9\r\n\r\n"
            })
    void halfABodyIsAnsweredByATimeout(String rest) throws IOException {
        try (RawHttp slow = new RawHttp(service.port())) {
            slow.send("POST /sandboxes HTTP/1.1\r\nHost: x\r\nX-API-Key: " + TestService.KEY
                    + "\r\nContent-Type: application/json\r\n" + rest);
            Answer answer = slow.answer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.body()).contains("\"code\":408");
            assertThat(answer.closes()).isTrue();
            assertThat(slow.end()).isEqualTo(End.CLOSED);
            assertThat(millis()).isGreaterThan(1400);
        }
    }

    @Test
    void halfAnUploadIsAnsweredByATimeoutAndLeavesNothing() throws IOException {
        String id = service.sandbox();
        for (String type : List.of("application/octet-stream", "multipart/form-data; boundary=b")) {
            try (RawHttp slow = new RawHttp(service.port())) {
                slow.send(upload(id, type, "Content-Length: 1000")
                        + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"half\"\r\n\r\nsome");
                assertThat(slow.answer().status()).isEqualTo(408);
                assertThat(slow.end()).isEqualTo(End.CLOSED);
            }
        }
        service.data(id)
                .get()
                .uri("/files?path=/home/user/half")
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    private String upload(String id, String type, String length) {
        return "POST /files?path=/home/user/half HTTP/1.1\r\nHost: x\r\nE2b-Sandbox-Id: " + id
                + "\r\nE2b-Sandbox-Port: 49983\r\nX-Access-Token: " + service.tokens.of(id) + "\r\nContent-Type: "
                + type
                + "\r\n" + length + "\r\n\r\n";
    }

    @Test
    void aSlowUploadGoesOn() throws IOException {
        startAnother(ConnectionSettings.DEFAULT.withDeadlines(LONG, Duration.ofSeconds(3), LONG));
        String id = service.sandbox();
        try (RawHttp slow = new RawHttp(service.port())) {
            slow.send(upload(id, "application/octet-stream", "Content-Length: 4"));
            trickle(slow, "slow", 1100);
            assertThat(slow.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void aBodyThatNobodyWantsIsNotWaitedForLongerThanOneThatIs() throws IOException {
        try (RawHttp refused = new RawHttp(service.port())) {
            refused.send("POST /sandboxes HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf");
            assertThat(refused.answer().status()).isEqualTo(401);
            assertThat(refused.end()).isIn(End.CLOSED, End.RESET);
        }
    }

    @Test
    void aLongAnswerIsNoIdleness() throws IOException {
        String id = service.sandbox();
        try (RawHttp stream = new RawHttp(service.port())) {
            stream.send("GET /sandboxes/" + id + "/events HTTP/1.1\r\nHost: x\r\nX-API-Key: " + TestService.KEY
                    + "\r\n\r\n");
            stream.until("sandbox.running");
            Flux.interval(Duration.ofMillis(3500)).blockFirst();
            service.control()
                    .delete()
                    .uri("/sandboxes/" + id)
                    .exchange()
                    .expectStatus()
                    .isNoContent();
            stream.until("sandbox.ended");
        }
    }

    @Test
    void oneAddressLeavesRoomForOthers() throws IOException {
        startAnother(FEW);
        List<RawHttp> idle = new ArrayList<>();
        try {
            for (int i = 0; i < MOST_PER_ADDRESS; i++) idle.add(answered("127.0.0.1"));
            try (RawHttp more = new RawHttp(service.port()).send(HEALTH)) {
                Answer refusal = more.answer();
                assertThat(refusal.status()).isEqualTo(503);
                assertThat(refusal.body()).contains("\"code\":503", "sandbar.http.connections");
                assertThat(refusal.header("retry-after")).isEqualTo("1");
                assertThat(more.end()).isEqualTo(End.CLOSED);
            }
            try (RawHttp other = new RawHttp("127.0.0.2", service.port())) {
                assertThat(other.send(HEALTH).answer().status()).isEqualTo(200);
            }
            idle.get(0).close();
            Awaitility.await().untilAsserted(this::oneMoreIsAnswered);
        } finally {
            for (RawHttp one : idle) one.close();
        }
    }

    /** A connection that is there for sure. */
    private RawHttp answered(String from) throws IOException {
        RawHttp connection = new RawHttp(from, service.port()).send(HEALTH);
        assertThat(connection.answer().status()).isEqualTo(200);
        return connection;
    }

    private void oneMoreIsAnswered() throws IOException {
        try (RawHttp later = new RawHttp(service.port()).send(HEALTH)) {
            assertThat(later.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void allAddressesTogetherHaveABound() throws IOException {
        startAnother(FEW);
        List<RawHttp> idle = new ArrayList<>();
        try {
            for (int i = 0; i < MOST; i++) idle.add(answered("127.0.0." + (2 + i)));
            try (RawHttp more = new RawHttp("127.0.1.1", service.port()).send(HEALTH)) {
                assertThat(more.answer().status()).isEqualTo(503);
            }
        } finally {
            for (RawHttp one : idle) one.close();
        }
    }
}

package dev.sandbar.web.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

class ServerSentEventsTests {

    private static final String LAST_CHUNK = "0\r\n\r\n";

    private final SseServer server = new SseServer(SseSettings.DEFAULT, Schedulers.parallel());

    @AfterEach
    void nothingStaysOpen() {
        server.close();
        Awaitility.await().until(() -> server.sse.open() == 0 && server.events.followed() == 0);
    }

    @Test
    void theHeadersComeAtOnce() throws IOException {
        try (SseSocket client = SseSocket.get(server.port(), "/events")) {
            assertThat(client.until(": ok\n\n"))
                    .contains(" 200 OK")
                    .containsIgnoringCase("Content-Type: text/event-stream")
                    .containsIgnoringCase("Cache-Control: no-cache")
                    .containsIgnoringCase("X-Accel-Buffering: no");
            server.append(1);
            assertThat(client.until("\n\n")).contains("id: 1\nevent: some\ndata: {\"type\":\"some\",\"seq\":1,");
        }
    }

    @Test
    void aClientGoesOnBehindWhatItHasSeen() throws IOException {
        server.append(4);
        try (SseSocket byQuery = SseSocket.get(server.port(), "/events?after=3");
                SseSocket byHeader = SseSocket.get(server.port(), "/events?after=1", "Last-Event-ID: 3\r\n")) {
            assertThat(byQuery.until("hello")).contains("id: 4\n").doesNotContain("id: 3\n");
            assertThat(byHeader.until("hello")).contains("id: 4\n").doesNotContain("id: 3\n");
        }
    }

    @Test
    void aClientIsToldWhatIsGone() throws IOException {
        server.append(150);
        try (SseSocket client = SseSocket.get(server.port(), "/events?after=10")) {
            assertThat(client.until("id: 51\n"))
                    .contains("id: 50\nevent: gap\n")
                    .contains("\"from\":11,\"to\":50}");
        }
    }

    @Test
    void theTerminalEventEndsTheAnswer() throws IOException {
        try (SseSocket client = SseSocket.get(server.port(), "/events", "Connection: close\r\n")) {
            client.until(": ok\n\n");
            server.append("last");
            assertThat(client.rest()).contains("event: last\n").endsWith(LAST_CHUNK);
        }
    }

    @Test
    void whoHasSeenTheTerminalEventNeedNotAskAgain() throws IOException {
        server.append("last");
        try (SseSocket client = SseSocket.get(server.port(), "/events?after=1", "Connection: close\r\n")) {
            assertThat(client.rest()).contains(" 204 ").doesNotContain("event-stream");
        }
    }

    @Test
    void aHeadRequestHasTheHeadersAlone() throws IOException {
        try (SseSocket client = SseSocket.ask(server.port(), "HEAD /events", "Connection: close\r\n")) {
            assertThat(client.rest())
                    .contains(" 200 ")
                    .contains("text/event-stream")
                    .endsWith("\r\n\r\n");
        }
        assertThat(server.events.followed()).isZero();
    }

    @Test
    void nonsenseIsRefused() throws IOException {
        for (String after : new String[] {"x", "-1", "1.5", "99999999999999999999"}) {
            try (SseSocket client = SseSocket.get(server.port(), "/events?after=" + after)) {
                assertThat(client.until("}")).contains(" 400 ").contains("\\\"after\\\" must be the number");
            }
        }
        try (SseSocket client = SseSocket.get(server.port(), "/events", "Last-Event-ID: x\r\n")) {
            assertThat(client.until("}")).contains(" 400 ").contains("Last-Event-ID");
        }
        try (SseSocket client = SseSocket.get(server.port(), "/events?after=7")) {
            assertThat(client.until("}")).contains(" 400 ").contains("no event 7");
        }
    }

    @Test
    void readersBeyondTheLimitAreSentAwayForAWhile() throws IOException {
        try (SseSocket one = SseSocket.get(server.port(), "/events");
                SseSocket two = SseSocket.get(server.port(), "/events");
                SseSocket three = SseSocket.get(server.port(), "/events")) {
            for (SseSocket client : new SseSocket[] {one, two, three}) client.until(": ok\n\n");
            try (SseSocket four = SseSocket.get(server.port(), "/events")) {
                assertThat(four.until("}"))
                        .contains(" 429 ")
                        .containsIgnoringCase("Retry-After: 1")
                        .contains("sandbar.events.readers");
            }
        }
        Awaitility.await().until(() -> server.events.followed() == 0);
        try (SseSocket again = SseSocket.get(server.port(), "/events")) {
            assertThat(again.until(": ok\n\n")).contains(" 200 ");
        }
    }

    @Test
    void anIdleStreamHasHeartbeatsAndGoesOn() throws IOException {
        SseSettings quick = new SseSettings(Duration.ofMillis(300), Duration.ofMinutes(1), Duration.ofSeconds(1));
        try (SseServer other = new SseServer(quick, Schedulers.parallel());
                SseSocket client = SseSocket.get(other.port(), "/events")) {
            client.until(": ok\n\n");
            for (int i = 0; i < 3; i++) assertThat(client.until("\n\n")).contains(": heartbeat");
            other.append(1);
            assertThat(client.until("hello")).contains("id: 1\n");
        }
    }

    @Test
    void aStreamThatBreaksOffIsCutAndNotEnded() throws IOException {
        try (SseSocket client = SseSocket.get(server.port(), "/broken")) {
            client.until(": ok\n\n");
            server.broken.tryEmitError(new IllegalStateException("broken on purpose"));
            assertThat(client.rest()).doesNotContain(LAST_CHUNK);
        }
    }

    @Test
    void aClientThatLeavesTakesItsReaderAway() throws IOException {
        try (SseSocket client = SseSocket.get(server.port(), "/events")) {
            client.until(": ok\n\n");
            assertThat(server.events.followed()).isOne();
        }
        Awaitility.await().until(() -> server.events.followed() == 0 && server.sse.open() == 0);
    }

    @Test
    void allStreamsEndAtShutdown() throws IOException {
        server.append(1);
        try (SseSocket one = SseSocket.get(server.port(), "/events", "Connection: close\r\n");
                SseSocket two = SseSocket.get(server.port(), "/events?after=1", "Connection: close\r\n")) {
            one.until("hello");
            two.until(": ok\n\n");
            server.sse.end();
            assertThat(one.rest()).endsWith(LAST_CHUNK);
            assertThat(two.rest()).endsWith(LAST_CHUNK);
        }
        try (SseSocket late = SseSocket.get(server.port(), "/events", "Connection: close\r\n")) {
            assertThat(late.rest()).endsWith(LAST_CHUNK);
        }
    }

    @Test
    void eventsThatAreClosedEndTheirStreamsAndRefuseMore() throws IOException {
        try (SseSocket client = SseSocket.get(server.port(), "/events", "Connection: close\r\n")) {
            client.until(": ok\n\n");
            server.events.close();
            assertThat(client.rest()).endsWith(LAST_CHUNK);
        }
        try (SseSocket late = SseSocket.get(server.port(), "/events")) {
            assertThat(late.until("}")).contains(" 503 ").containsIgnoringCase("Retry-After");
        }
    }

    @Test
    void aClientThatTakesNothingIsCut() throws IOException {
        SseSettings impatient = new SseSettings(Duration.ofMillis(300), Duration.ofSeconds(1), Duration.ofSeconds(1));
        for (String path : new String[] {"/endless", "/huge"}) {
            try (SseServer strict = new SseServer(impatient, Schedulers.parallel());
                    SseSocket client = SseSocket.get(strict.port(), path)) {
                client.until(": ok\n\n");
                Awaitility.await().until(() -> strict.sse.open() == 0);
                assertThat(client.rest()).doesNotEndWith(LAST_CHUNK);
            }
        }
    }

    @Test
    void aClientThatTakesNothingDoesNotHoldUpTheEnd() throws IOException {
        SseSettings patient = new SseSettings(Duration.ofSeconds(15), Duration.ofMinutes(1), Duration.ofMillis(500));
        try (SseServer other = new SseServer(patient, Schedulers.parallel());
                SseSocket client = SseSocket.get(other.port(), "/endless")) {
            client.until(": ok\n\n");
            other.sse.end();
            Awaitility.await().until(() -> other.sse.open() == 0);
        }
    }
}

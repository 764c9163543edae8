package dev.sandbar.client;

import static dev.sandbar.client.ScriptedServer.error;
import static dev.sandbar.client.ScriptedServer.hang;
import static dev.sandbar.client.ScriptedServer.json;
import static dev.sandbar.client.ScriptedServer.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandbar.client.SandboxTransportException.TimedOut;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Deadlines by a clock that the tests move. */
class DeadlineTests {

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    private final ScriptedServer server = new ScriptedServer();
    private final SandboxClient client = server.client()
            .timer(clock)
            .responseTimeout(Duration.ofSeconds(30))
            .idleTimeout(Duration.ofSeconds(20))
            .totalTimeout(Duration.ofSeconds(100))
            .attempts(2, Duration.ofMillis(1), Duration.ofMillis(1))
            .build();
    private final AtomicReference<Object> outcome = new AtomicReference<>();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private Disposable begin(Publisher<?> call) {
        return Flux.from(call).subscribe(outcome::set, outcome::set);
    }

    /** Moves the clock, second by second, until there is an outcome; the second attempts begin meanwhile. */
    private Duration untilThereIsAnOutcome() {
        Duration passed = Duration.ZERO;
        while (outcome.get() == null && passed.toSeconds() < 1000) {
            clock.advanceTimeBy(Duration.ofSeconds(1));
            passed = passed.plusSeconds(1);
            await().pollDelay(Duration.ofMillis(20)).until(() -> true);
        }
        return passed;
    }

    private TimedOut.Limit limit() {
        assertThat(outcome.get()).isInstanceOf(TimedOut.class);
        return ((TimedOut) outcome.get()).limit();
    }

    private void asked(int requests) {
        await().untilAsserted(() -> assertThat(server.asked).hasSize(requests));
    }

    @Test
    void anAnswerThatDoesNotBeginEndsEachAttempt() {
        server.then(stall(), stall());
        begin(client.get("i1"));
        asked(1);
        Duration passed = untilThereIsAnOutcome();
        assertThat(limit()).isEqualTo(TimedOut.Limit.RESPONSE);
        assertThat(passed).isBetween(Duration.ofSeconds(59), Duration.ofSeconds(75));
        assertThat(server.asked).hasSize(2);
        await().until(() -> server.closed.get() == 2);
    }

    @Test
    void anAnswerThatStopsComingEndsEachAttempt() {
        server.then(hang("application/json", "{"), hang("application/json", "{"));
        begin(client.get("i1"));
        asked(1);
        untilThereIsAnOutcome();
        assertThat(limit()).isEqualTo(TimedOut.Limit.IDLE);
        assertThat(server.asked).hasSize(2);
    }

    @Test
    void allAttemptsTogetherHaveADeadline() {
        try (SandboxClient persistent = server.client()
                .timer(clock)
                .responseTimeout(Duration.ofSeconds(10))
                .totalTimeout(Duration.ofSeconds(35))
                .attempts(1000, Duration.ofMillis(1), Duration.ofMillis(1))
                .build()) {
            for (int i = 0; i < 10; i++) server.then(stall());
            begin(persistent.get("i1"));
            asked(1);
            Duration passed = untilThereIsAnOutcome();
            assertThat(outcome.get()).isInstanceOf(TimedOut.class);
            assertThat(passed).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(36));
            assertThat(server.asked.size()).isBetween(3, 4);
        }
    }

    @Test
    void aWishForAPauseCountsAgainstTheDeadline() {
        server.then(error(503, "Retry-After", "80"), json(200, "{\"sandboxID\":\"i1\"}"));
        begin(client.get("i1"));
        asked(1);
        Duration passed = untilThereIsAnOutcome();
        assertThat(outcome.get()).isInstanceOf(SandboxInfo.class);
        assertThat(passed).isBetween(Duration.ofSeconds(80), Duration.ofSeconds(100));
    }

    @Test
    void aStreamWithoutAnySignOfLifeIsGivenUpAndAskedForAgain() {
        server.then(
                hang("text/event-stream", ": ok\n\nid: 1\nevent: stdout\ndata: {\"data\":\"YQ==\"}\n\n"),
                ScriptedServer.sse("id: 2\nevent: end\ndata: {\"exitCode\":3,\"cause\":\"exited\"}\n\n"));
        begin(client.sandbox("i1").commands().attach("c1").output().ofType(CommandOutput.End.class));
        asked(1);
        Duration passed = untilThereIsAnOutcome();
        assertThat(outcome.get()).isEqualTo(new CommandOutput.End(2, 3, null, "exited"));
        assertThat(passed).isBetween(Duration.ofSeconds(19), Duration.ofSeconds(40));
        assertThat(server.last().uri()).endsWith("/commands/c1/output?after=1");
    }

    @Test
    void aStreamThatCantBeGoneOnWithFailsAtTheDeadlineAndNotBefore() {
        server.then(ScriptedServer.cut("text/event-stream", ": ok\n\n: heartbeat\n\n"));
        for (int i = 0; i < 1000; i++) server.then(ScriptedServer.error(503, "Retry-After", "1"));
        begin(client.sandbox("i1").events(0));
        asked(2);
        Duration passed = untilThereIsAnOutcome();
        assertThat(outcome.get()).isInstanceOf(SandboxApiException.class);
        assertThat(passed).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(160));
    }

    @Test
    void aMomentBehindTheEndNobodyWaitsForTheRest() {
        server.then(hang("text/event-stream", "id: 1\nevent: sandbox.ended\ndata: {}\n\n"));
        begin(client.sandbox("i1").events(0).then().thenReturn("completed"));
        asked(1);
        assertThat(untilThereIsAnOutcome()).isLessThan(Duration.ofSeconds(10));
        assertThat(outcome.get()).isEqualTo("completed");
    }
}

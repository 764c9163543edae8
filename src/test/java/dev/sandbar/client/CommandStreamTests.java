package dev.sandbar.client;

import static dev.sandbar.client.ScriptedServer.cut;
import static dev.sandbar.client.ScriptedServer.error;
import static dev.sandbar.client.ScriptedServer.hang;
import static dev.sandbar.client.ScriptedServer.reset;
import static dev.sandbar.client.ScriptedServer.sse;
import static dev.sandbar.client.ScriptedServer.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sandbar.client.CommandOutput.End;
import dev.sandbar.client.CommandOutput.Gap;
import dev.sandbar.client.CommandOutput.Stdout;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Streams of server-sent events that break, stall, repeat themselves, leave something out, or are too fast. */
class CommandStreamTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String SSE = "text/event-stream";
    private static final String END = "id: 6\nevent: end\ndata: {\"exitCode\":3,\"cause\":\"exited\"}\n\n";
    private static final List<String> EVENTS =
            List.of(": ok\n\n", piece(1), piece(2), piece(3), piece(4), ": heartbeat\n\n", piece(5), END);
    private static final String ALL = String.join("", EVENTS);

    private final ScriptedServer server = new ScriptedServer();
    private final SandboxClient client = server.client().build();
    private final SandboxCommands commands = client.sandbox("i1").commands();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private static String piece(int seq) {
        String data = Base64.getEncoder().encodeToString(("p" + seq + ";").getBytes(StandardCharsets.UTF_8));
        return "id: " + seq + "\nevent: stdout\ndata: {\"seq\":" + seq + ",\"data\":\"" + data + "\"}\n\n";
    }

    private static String behind(long seq) {
        return EVENTS.stream()
                .filter(event -> event.startsWith(":") || Long.parseLong(event.substring(4, 5)) > seq)
                .collect(Collectors.joining());
    }

    private static void assertComplete(CommandResult result) {
        assertThat(result.stdoutText()).isEqualTo("p1;p2;p3;p4;p5;");
        assertThat(result.end()).isEqualTo(new End(6, 3, null, "exited"));
        assertThat(result.truncated()).isFalse();
    }

    @Test
    void cutAtAnyByteItIsGoneOnWithWithoutLossOrRepetition() {
        int head = ": ok\n\n".length();
        for (int at = 0; at < ALL.length() - 1; at += at < head ? 1 : 5) {
            String part = ALL.substring(0, at);
            long seen = IntStream.rangeClosed(1, 5)
                    .filter(seq -> part.contains(piece(seq)))
                    .max()
                    .orElse(0);
            server.asked.clear();
            server.then(cut(SSE, part), sse(behind(seen)));
            assertComplete(commands.run(CommandSpec.of("x").withId("c1"))
                    .blockOptional(LIMIT)
                    .orElseThrow());
            assertThat(server.asked.get(0).method()).isEqualTo("POST");
            assertThat(server.last().uri()).isEqualTo("/sandboxes/i1/commands/c1/output?after=" + seen);
        }
    }

    @Test
    void cutBehindEachEventItIsStillGoneOnWith() {
        server.then(cut(SSE, ": ok\n\n" + piece(1)));
        for (int seq = 2; seq <= 5; seq++) server.then(reset(), cut(SSE, ": ok\n\n" + piece(seq)));
        server.then(error(503, "Retry-After", "0"), sse(END));
        assertComplete(commands.run(CommandSpec.of("x")).blockOptional(LIMIT).orElseThrow());
    }

    @Test
    void aStartWithoutAnAnswerIsRepeatedUnderItsId() {
        server.then(reset(), error(502), sse(ALL));
        assertComplete(commands.run(CommandSpec.of("x")).blockOptional(LIMIT).orElseThrow());
        assertThat(server.asked).allMatch(each -> each.method().equals("POST"));
        assertThat(server.asked.stream().map(ScriptedServer.Asked::body).distinct())
                .hasSize(1);
        assertThat(server.last().body()).containsPattern("\"commandID\":\"[0-9a-f]{32}\"");
    }

    @Test
    void whatIsToldAgainIsPassedOver() {
        server.then(cut(SSE, piece(1) + piece(2)), sse(piece(1) + piece(2) + piece(3) + piece(4) + piece(5) + END));
        assertComplete(commands.run(CommandSpec.of("x")).blockOptional(LIMIT).orElseThrow());
    }

    @Test
    void whatIsLeftOutFailsTheStream() {
        server.then(sse(piece(1) + piece(3) + END));
        StepVerifier.create(commands.attach("c1").output())
                .expectNextCount(1)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(SandboxTransportException.Malformed.class)
                        .hasMessageContaining("events 2 to 2 are missing"))
                .verify(LIMIT);
    }

    @Test
    void aGapIsToldAndIsNoFailure() {
        server.then(sse("id: 4\nevent: gap\ndata: {\"from\":1,\"to\":4,\"lostBytes\":9}\n\n" + piece(5) + END));
        StepVerifier.create(commands.attach("c1").output())
                .expectNext(new Gap(4, 9))
                .expectNextCount(2)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aStreamThatEndsWithoutItsEndNeverCompletes() {
        for (int i = 0; i < 3000; i++) server.then(sse(": ok\n\n"));
        assertBrokenAfterTwoSeconds();
    }

    /** The last attempt gets what is left of the time: that this was too short says nothing about the stream. */
    @Test
    void whatFailedTheAttemptsIsToldAlsoWhereTheLastOneRunsOutOfTime() {
        server.then(sse(": ok\n\n"), sse(": ok\n\n"), stall());
        assertBrokenAfterTwoSeconds();
        assertThat(server.asked).hasSize(3);
    }

    private void assertBrokenAfterTwoSeconds() {
        SandboxClient hasty =
                server.client().totalTimeout(Duration.ofSeconds(2)).build();
        try (hasty) {
            assertThat(catchThrowableOfType(
                            SandboxTransportException.Broken.class,
                            () -> hasty.sandbox("i1").events(0).blockLast(LIMIT)))
                    .hasMessageContaining("without its last event");
        }
    }

    /** Three breaks of a second each are more than two seconds, but for what came in between. */
    @Test
    void whatComesSetsTheDeadlineAnew() {
        for (int seq = 1; seq <= 5; seq++) {
            server.then(cut(SSE, ": ok\n\n" + piece(seq)), error(503, "Retry-After", "1"));
        }
        server.then(sse(END));
        SandboxClient patient =
                server.client().totalTimeout(Duration.ofSeconds(2)).build();
        try (patient) {
            assertComplete(patient.sandbox("i1")
                    .commands()
                    .run(CommandSpec.of("x"))
                    .blockOptional(LIMIT)
                    .orElseThrow());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id: x\ndata: {}\n\n",
                "data: {}\n\n",
                "id: 1\nevent: stdout\ndata: no\n\n",
                "id: 1\nevent: stdout\ndata: {\"data\":\"!\"}\n\n",
                "id: 1\nevent: end\ndata: {}\n\n",
                "id: 1\nevent: new\ndata: {}\n\n"
            })
    void rubbishFailsTheStreamAndIsNotAskedForAgain(String rubbish) {
        server.then(sse(rubbish), sse(ALL));
        assertThat(catchThrowableOfType(
                        SandboxTransportException.Malformed.class,
                        () -> commands.attach("c1").output().blockLast(LIMIT)))
                .isNotNull();
        assertThat(server.asked).hasSize(1);
    }

    @Test
    void anAnswerOfAnotherTypeFailsTheStream() {
        server.then(ScriptedServer.json(200, "{}"));
        assertThat(catchThrowableOfType(
                        SandboxTransportException.Malformed.class,
                        () -> commands.attach("c1").output().blockLast(LIMIT)))
                .hasMessageContaining("text/event-stream");
    }

    @Test
    void aSandboxThatIsGoneEndsTheAttempts() {
        server.then(
                cut(SSE, piece(1)),
                ScriptedServer.json(
                        502, "{\"sandboxId\":\"i1\",\"message\":\"The sandbox was not found\",\"code\":502}"));
        SandboxApiException gone = catchThrowableOfType(
                SandboxApiException.class, () -> commands.attach("c1").output().blockLast(LIMIT));
        assertThat(gone.kind()).isEqualTo(SandboxApiException.Kind.SANDBOX_GONE);
    }

    @Test
    void nothingComesBehindTheEnd() {
        server.then(ScriptedServer.done());
        StepVerifier.create(commands.attach("c1").output(6)).expectComplete().verify(LIMIT);
    }

    @Test
    void cancellingClosesTheConnection() {
        server.then(hang(SSE, piece(1)));
        StepVerifier.create(commands.attach("c1").output())
                .expectNextCount(1)
                .thenCancel()
                .verify(LIMIT);
        await().until(() -> server.closed.get() == 1);
    }

    @Test
    void aCompleteStreamLeavesItsConnectionToTheNextCall() {
        for (int i = 0; i < 5; i++) {
            server.then(sse(ALL));
            assertComplete(
                    commands.run(CommandSpec.of("x")).blockOptional(LIMIT).orElseThrow());
        }
        assertThat(server.closed).hasValue(0);
    }

    @Test
    void whatIsMoreThanTheBoundIsReadAndDropped() {
        server.then(sse(ALL));
        CommandResult result =
                commands.run(CommandSpec.of("x"), 4).blockOptional(LIMIT).orElseThrow();
        assertThat(result.stdoutText()).isEqualTo("p1;p");
        assertThat(result.truncated()).isTrue();
    }

    @Test
    void aSlowReaderHoldsUpTheServer() {
        AtomicLong written = new AtomicLong();
        String kilobyte = Base64.getEncoder().encodeToString(new byte[48 * 1024]);
        server.then((request, response) -> response.header("Content-Type", SSE)
                .send(
                        Flux.range(1, 2000)
                                .map(seq -> "id: " + seq + "\nevent: stdout\ndata: {\"data\":\"" + kilobyte + "\"}\n\n")
                                .doOnNext(event -> written.addAndGet(event.length()))
                                .map(event -> Unpooled.copiedBuffer(event, StandardCharsets.UTF_8)),
                        each -> true));
        AtomicLong got = new AtomicLong();
        BaseSubscriber<CommandOutput> reader = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                request(1);
            }

            @Override
            protected void hookOnNext(CommandOutput output) {
                got.addAndGet(((Stdout) output).bytes().length);
            }
        };
        commands.attach("c1").output().subscribe(reader);
        await().until(() -> got.get() == 48 * 1024);
        await().during(Duration.ofMillis(300)).until(() -> true);
        assertThat(got).hasValue(48 * 1024);
        assertThat(written.get()).isLessThan(60L * 1024 * 1024);
        reader.cancel();
        await().until(() -> server.closed.get() == 1);
    }
}

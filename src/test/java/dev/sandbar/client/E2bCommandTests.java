package dev.sandbar.client;

import static dev.sandbar.client.ScriptedServer.cut;
import static dev.sandbar.client.ScriptedServer.hang;
import static dev.sandbar.client.ScriptedServer.json;
import static dev.sandbar.client.ScriptedServer.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sandbar.client.CommandOutput.End;
import dev.sandbar.client.CommandOutput.Gap;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.test.StepVerifier;

/** Commands by Connect, with a server that knows nothing of Sandbar. */
class E2bCommandTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String TYPE = "application/connect+json";
    private static final String START = message(0, "{\"event\":{\"start\":{\"pid\":7}}}");
    private static final String OUT = message(0, "{\"event\":{\"data\":{\"stdout\":\"YQ==\"}}}");
    private static final String ERR = message(0, "{\"event\":{\"data\":{\"stderr\":\"Yg==\"}}}");
    private static final String ALIVE = message(0, "{\"event\":{\"keepalive\":{}}}");
    private static final String END =
            message(0, "{\"event\":{\"end\":{\"exited\":true,\"status\":\"exit status 0\"}}}");
    private static final String KILLED =
            message(0, "{\"event\":{\"end\":{\"exitCode\":-1,\"status\":\"signal: killed\"}}}");
    private static final String LAST = message(2, "{}");

    private final ScriptedServer server = new ScriptedServer();
    private final AtomicInteger closed = new AtomicInteger();
    private final SandboxClient client = server.client()
            .protocol(Protocol.E2B)
            .httpClient(HttpClient.create(ConnectionProvider.create("tests"))
                    .doOnDisconnected(connection -> closed.incrementAndGet()))
            .build();
    private SandboxCommands commands = client.sandbox("i1").commands();

    @BeforeEach
    void create() {
        server.then(json(201, "{\"sandboxID\":\"i1\",\"envdAccessToken\":\"t\"}"));
        commands = client.create(CreateSandbox.of("base"))
                .blockOptional(LIMIT)
                .orElseThrow()
                .commands();
        server.asked.clear();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private static String message(int flags, String json) {
        byte[] bytes = EnvelopeParser.wrap(json.getBytes(ISO_8859_1));
        bytes[0] = (byte) flags;
        return new String(bytes, ISO_8859_1);
    }

    @Test
    void aCommandIsRunToItsEnd() {
        server.then(text(TYPE, START + OUT + ALIVE + ERR + END + LAST));
        CommandResult result = commands.run(CommandSpec.shell("x").withId("mine"))
                .blockOptional(LIMIT)
                .orElseThrow();
        assertThat(result.stdoutText() + result.stderrText()).isEqualTo("ab");
        assertThat(result.end()).isEqualTo(new End(0, 0, null, "exited"));
        assertThat(server.last().uri()).isEqualTo("/process.Process/Start");
        assertThat(server.last().body()).contains("\"tag\":\"mine\"");
        assertThat(server.last().header("Connect-Protocol-Version")).isEqualTo("1");
    }

    @Test
    void outputOfATerminalIsPassedOn() {
        String terminal = message(0, "{\"event\":{\"data\":{\"pty\":\"Yw==\"}}}");
        server.then(text(TYPE, START + terminal + END + LAST));
        StepVerifier.create(commands.stream(CommandSpec.shell("x")))
                .assertNext(output -> assertThat(output)
                        .isInstanceOfSatisfying(
                                CommandOutput.Pty.class,
                                pty -> assertThat(pty.bytes()).containsExactly('c')))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aSignalIsNamed() {
        server.then(text(TYPE, START + KILLED + LAST));
        assertThat(commands.run(CommandSpec.of("x"))
                        .blockOptional(LIMIT)
                        .orElseThrow()
                        .end())
                .isEqualTo(new End(0, null, "SIGKILL", "signalled"));
    }

    @Test
    void whatComesBehindTheEndDoesNotMatter() {
        server.then(text(TYPE, START + END + message(2, "{\"error\":{\"code\":\"deadline_exceeded\"}}")));
        assertThat(commands.run(CommandSpec.of("x"))
                        .blockOptional(LIMIT)
                        .orElseThrow()
                        .succeeded())
                .isTrue();
        server.then(cut(TYPE, START + END));
        assertThat(commands.run(CommandSpec.of("x"))
                        .blockOptional(LIMIT)
                        .orElseThrow()
                        .succeeded())
                .isTrue();
    }

    @Test
    void cutAnywhereBeforeTheEndItFailsAndIsNotStartedAgain() {
        String all = START + OUT + END;
        for (int at = 0; at < all.length(); at += 3) {
            server.asked.clear();
            server.then(cut(TYPE, all.substring(0, at)));
            assertThat(catchThrowableOfType(
                            SandboxTransportException.Broken.class,
                            () -> commands.run(CommandSpec.of("x")).block(LIMIT)))
                    .isNotNull();
            assertThat(server.asked).hasSize(1);
        }
    }

    @Test
    void aCleanEndWithoutTheProcesssEndIsAFailureToo() {
        server.then(text(TYPE, START + OUT + LAST));
        assertThat(catchThrowableOfType(
                        SandboxTransportException.Broken.class,
                        () -> commands.run(CommandSpec.of("x")).block(LIMIT)))
                .isNotNull();
    }

    @Test
    void aRefusalWithinTheStreamComesOutWithItsCode() {
        server.then(text(TYPE, message(2, "{\"error\":{\"code\":\"not_found\",\"message\":\"no such command\"}}")));
        SandboxApiException refusal = catchThrowableOfType(
                SandboxApiException.class,
                () -> commands.run(CommandSpec.of("x")).block(LIMIT));
        assertThat(refusal).hasMessage("no such command");
        assertThat(refusal.code()).isEqualTo("not_found");
        assertThat(refusal.status()).isEqualTo(404);
    }

    @Test
    void aTokenThatIsRefusedBehindTheStartDoesNotStartTheCommandAgain() {
        String refused = message(2, "{\"error\":{\"code\":\"unauthenticated\"}}");
        server.then(text(TYPE, START + refused), text(TYPE, START + END + LAST));
        SandboxApiException refusal = catchThrowableOfType(
                SandboxApiException.class,
                () -> commands.run(CommandSpec.of("x")).block(LIMIT));
        assertThat(refusal.kind()).isEqualTo(SandboxApiException.Kind.UNAUTHORIZED);
        assertThat(server.asked).hasSize(1);
    }

    @Test
    void aStartLeavesItsStreamAndIsReadLaterByItsTag() {
        server.then(hang(TYPE, START), text(TYPE, OUT + END + LAST));
        SandboxCommand command =
                commands.start(CommandSpec.of("x")).blockOptional(LIMIT).orElseThrow();
        await().untilAsserted(() -> assertThat(closed).hasPositiveValue());
        StepVerifier.create(command.output())
                .expectNext(new Gap(0, -1))
                .expectNextCount(1)
                .expectNext(new End(0, 0, null, "exited"))
                .expectComplete()
                .verify(LIMIT);
        assertThat(server.last().body()).contains("{\"process\":{\"tag\":\"" + command.id() + "\"}}");
    }

    @Test
    void inputGoesInPiecesAndInOrder() {
        server.then(json(200, "{}"), json(200, "{}"), json(200, "{}"));
        SandboxCommand command = commands.attach("c1");
        command.send(new byte[40_000]).then(command.closeInput()).block(LIMIT);
        assertThat(server.asked)
                .extracting(ScriptedServer.Asked::uri)
                .containsExactly(
                        "/process.Process/SendInput", "/process.Process/SendInput", "/process.Process/CloseStdin");
    }

    @Test
    void aKillOfWhatHasEndedIsDone() {
        server.then(json(404, "{\"code\":\"not_found\",\"message\":\"gone\"}"));
        commands.attach("c1").kill(Duration.ZERO).block(LIMIT);
        assertThat(server.last().body()).contains("SIGNAL_SIGKILL");
    }

    @Test
    void aKillGivesTimeBeforeItForces() {
        server.then(
                json(200, "{}"),
                json(200, "{\"processes\":[{\"config\":{\"cmd\":\"x\"},\"pid\":7,\"tag\":\"c1\"}]}"),
                json(200, "{}"));
        commands.attach("c1").kill(Duration.ofMillis(50)).block(LIMIT);
        assertThat(server.asked.get(0).body()).contains("SIGNAL_SIGTERM");
        assertThat(server.last().body()).contains("SIGNAL_SIGKILL");
        server.then(json(200, "{}"), json(200, "{\"processes\":[]}"));
        commands.attach("c1").kill(Duration.ofMillis(50)).block(LIMIT);
        assertThat(server.last().uri()).endsWith("/List");
    }

    @Test
    void whatE2bHasNotGotIsRefusedBeforeAnythingIsSent() {
        assertThat(catchThrowableOfType(
                        UnsupportedOperationException.class,
                        () -> client.sandbox("i1").events(0).blockLast(LIMIT)))
                .isNotNull();
        assertThat(catchThrowableOfType(
                        UnsupportedOperationException.class,
                        () -> commands.stream(CommandSpec.of("x").cancelledWithReader())
                                .blockLast(LIMIT)))
                .isNotNull();
        assertThat(server.asked).isEmpty();
    }
}

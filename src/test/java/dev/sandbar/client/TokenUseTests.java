package dev.sandbar.client;

import static dev.sandbar.client.ScriptedServer.done;
import static dev.sandbar.client.ScriptedServer.error;
import static dev.sandbar.client.ScriptedServer.json;
import static dev.sandbar.client.ScriptedServer.sse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.Flux;

class TokenUseTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final ScriptedServer server = new ScriptedServer();
    private final SandboxClient client = server.client().build();
    private final RemoteSandbox sandbox = client.sandbox("i1");

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private List<String> used() {
        return server.asked.stream()
                .map(each -> String.valueOf(each.header("Authorization")))
                .toList();
    }

    @Test
    void oneTokenServesAllCallsInASandbox() {
        server.then(done(), json(200, "{}"), sse("id: 1\nevent: sandbox.ended\ndata: {}\n\n"));
        sandbox.commands().attach("c1").send(new byte[] {1}).block(LIMIT);
        sandbox.files().remove("x").block(LIMIT);
        sandbox.events(0).blockLast(LIMIT);
        assertThat(used()).hasSize(3).containsOnly("Bearer secret-1");
        assertThat(server.tokens).hasValue(1);
        assertThat(server.asked).allMatch(each -> each.header("X-API-Key") == null);
    }

    @Test
    void aRefusedTokenIsReplacedOnceAndTheCallRepeatedEvenWhereItIsNotSafe() {
        server.then(error(401), done());
        sandbox.commands().attach("c1").send(new byte[] {1}).block(LIMIT);
        assertThat(used()).containsExactly("Bearer secret-1", "Bearer secret-2");
    }

    @Test
    void eachTokenIsReplacedOnceWhereSeveralAreRevokedOnTheWay() {
        server.then(error(401), error(401), error(401), done());
        sandbox.commands().attach("c1").send(new byte[] {1}).block(LIMIT);
        assertThat(used()).containsExactly("Bearer secret-1", "Bearer secret-2", "Bearer secret-3", "Bearer secret-4");
    }

    @Test
    void tokensThatAreRevokedOnTheWayAreReplacedAsLongAsThereIsTime() {
        for (int i = 0; i < 40; i++) server.then(error(401));
        server.then(done());
        sandbox.commands().attach("c1").send(new byte[] {1}).block(LIMIT);
        assertThat(used()).hasSize(41).doesNotHaveDuplicates();
    }

    @Test
    void aServerThatRefusesAllOfItsTokensIsAskedUntilTheDeadlineWithPausesThatGrow() {
        for (int i = 0; i < 10_000; i++) server.then(error(401));
        SandboxClient patient = server.client()
                .attempts(3, Duration.ofMillis(50), Duration.ofMillis(500))
                .totalTimeout(Duration.ofSeconds(2))
                .build();
        try (patient) {
            SandboxApiException refusal = catchThrowableOfType(
                    SandboxApiException.class,
                    () -> patient.sandbox("i1")
                            .commands()
                            .attach("c1")
                            .send(new byte[] {1})
                            .block(LIMIT));
            assertThat(refusal.kind()).isEqualTo(SandboxApiException.Kind.UNAUTHORIZED);
            assertThat(server.asked).hasSizeBetween(6, 20);
        }
    }

    @Test
    void aStreamIsOpenedWithAFreshTokenToo() {
        server.then(error(401), sse("id: 1\nevent: end\ndata: {\"exitCode\":0,\"cause\":\"exited\"}\n\n"));
        assertThat(sandbox.commands()
                        .run(CommandSpec.of("true"))
                        .blockOptional(LIMIT)
                        .orElseThrow()
                        .succeeded())
                .isTrue();
        assertThat(used()).containsExactly("Bearer secret-1", "Bearer secret-2");
    }

    @Test
    void anUploadThatWasBegunIsNotRepeatedButTheTokenIsReplacedForTheNextCall() {
        server.then(error(401), json(200, "[{\"path\":\"/x\"}]"));
        DataBuffer bytes = DefaultDataBufferFactory.sharedInstance.wrap(new byte[10]);
        assertThat(catchThrowableOfType(
                        SandboxApiException.class,
                        () -> sandbox.files().upload("x", Flux.just(bytes)).block(LIMIT)))
                .isNotNull();
        assertThat(sandbox.files().write("x", "y").block(LIMIT)).isEqualTo("/x");
        assertThat(used()).containsExactly("Bearer secret-1", "Bearer secret-2");
    }

    @Test
    void anE2bTokenComesWithTheSandboxAndGoesWithEachCall() {
        try (SandboxClient e2b = server.client().protocol(Protocol.E2B).build()) {
            server.then(json(201, "{\"sandboxID\":\"i1\",\"envdAccessToken\":\"secret-e\"}"), json(200, "{}"));
            e2b.create(CreateSandbox.of("base"))
                    .flatMap(made -> made.files().remove("x"))
                    .block(LIMIT);
            assertThat(server.last().header("X-Access-Token")).isEqualTo("secret-e");
            assertThat(server.last().header("E2b-Sandbox-Id")).isEqualTo("i1");
            assertThat(server.last().header("Authorization")).isNull();
            assertThat(server.tokens).hasValue(0);
        }
    }

    @Test
    void anE2bTokenIsAskedForWhereTheSandboxWasMadeByOthers() {
        try (SandboxClient e2b = server.client().protocol(Protocol.E2B).build()) {
            server.then(json(200, "{\"sandboxID\":\"i2\",\"envdAccessToken\":\"secret-e\"}"), json(200, "{}"));
            e2b.sandbox("i2").files().remove("x").block(LIMIT);
            assertThat(server.last().header("X-Access-Token")).isEqualTo("secret-e");
            assertThat(server.asked).extracting(ScriptedServer.Asked::uri).startsWith("/sandboxes/i2");
        }
    }

    @Test
    void noSecretIsInAnyText() {
        server.then(error(403));
        SandboxApiException refusal = catchThrowableOfType(
                SandboxApiException.class, () -> sandbox.files().stat("x").block(LIMIT));
        assertThat(refusal.toString() + client + sandbox).doesNotContain("secret", "key");
        assertThat(new AuthRoute.View("secret", null, null, null, null).toString())
                .doesNotContain("secret");
        assertThat(CreateSandbox.of("base").withVariable("A", "secret").toString())
                .doesNotContain("secret");
        assertThat(CommandSpec.of("a", "secret").withVariable("A", "secret").toString())
                .doesNotContain("secret");
    }
}

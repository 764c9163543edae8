package dev.sandbar.client;

import static dev.sandbar.client.ScriptedServer.cut;
import static dev.sandbar.client.ScriptedServer.done;
import static dev.sandbar.client.ScriptedServer.error;
import static dev.sandbar.client.ScriptedServer.json;
import static dev.sandbar.client.ScriptedServer.reset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Each row of {@link RetryRules}. */
class RetryTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String SANDBOX = "{\"sandboxID\":\"i1\",\"templateID\":\"base\"}";
    private static final Map<String, String> CHANGE = Map.of("a", "b");

    private final ScriptedServer server = new ScriptedServer();
    private final SandboxClient client = server.client().build();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    static Stream<ScriptedServer.Step> passing() {
        return Stream.of(reset(), cut("application/json", "{\"sand"), error(429), error(502), error(503), error(504));
    }

    static Stream<ScriptedServer.Step> lasting() {
        return Stream.of(
                error(400),
                error(401),
                error(403),
                error(404),
                error(409),
                error(500),
                error(501),
                error(507),
                json(502, "{\"sandboxId\":\"i1\",\"message\":\"The sandbox was not found\",\"code\":502}"),
                json(502, "{\"error\":\"sandbox_not_found\"}"),
                json(200, "rubbish"));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void whatPassesIsAskedAgainWhereThatIsSafe(ScriptedServer.Step failure) {
        server.then(failure, failure, json(200, SANDBOX));
        assertThat(wait(client.get("i1")).id()).isEqualTo("i1");
        assertThat(server.asked).hasSize(3);
    }

    @ParameterizedTest
    @MethodSource("passing")
    void whatPassesIsNotAskedAgainWhereItMayHaveBeenDone(ScriptedServer.Step failure) {
        server.then(failure, json(200, "{\"metadata\":{}}"));
        assertThat(catchThrowableOfType(SandboxClientException.class, () -> wait(client.patchMetadata("i1", CHANGE))))
                .isNotNull();
        assertThat(server.asked).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void whatWillNotPassIsAskedOnce(ScriptedServer.Step failure) {
        server.then(failure, json(200, SANDBOX));
        assertThat(catchThrowableOfType(SandboxClientException.class, () -> wait(client.get("i1"))))
                .isNotNull();
        assertThat(server.asked).hasSize(1);
    }

    @Test
    void theLastAttemptsOwnErrorComesOut() {
        server.then(reset(), error(503), error(429));
        SandboxApiException refusal = catchThrowableOfType(SandboxApiException.class, () -> wait(client.get("i1")));
        assertThat(refusal.kind()).isEqualTo(SandboxApiException.Kind.RATE_LIMITED);
        assertThat(refusal).hasMessage("said no");
        assertThat(server.asked).hasSize(3);
    }

    @Test
    void creationCarriesOneKeyThroughAllAttemptsAndAnotherOneNextTime() {
        server.then(reset(), error(503), json(201, SANDBOX), json(201, SANDBOX));
        Mono<RemoteSandbox> creation = client.create(CreateSandbox.of("base"));
        wait(creation);
        wait(creation);
        assertThat(server.asked).hasSize(4);
        assertThat(server.asked.stream()
                        .map(each -> each.header("Idempotency-Key"))
                        .distinct())
                .hasSize(2)
                .allMatch(key -> key != null && key.length() == 32);
        assertThat(server.asked.get(0).header("Idempotency-Key"))
                .isEqualTo(server.asked.get(2).header("Idempotency-Key"));
        assertThat(server.asked.stream().map(ScriptedServer.Asked::body).distinct())
                .hasSize(1);
    }

    @Test
    void anE2bServerIsNotAskedTwiceToCreateSinceItMayKnowNoKeys() {
        try (SandboxClient e2b = server.client().protocol(Protocol.E2B).build()) {
            server.then(reset(), json(201, SANDBOX));
            assertThat(catchThrowableOfType(
                            SandboxTransportException.Broken.class, () -> wait(e2b.create(CreateSandbox.of("base")))))
                    .isNotNull();
            assertThat(server.asked).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasNeverSentIsTriedAgainWhateverItIs(boolean patch) {
        URI nobody = server.address();
        server.close();
        try (SandboxClient lonely = SandboxClient.builder(nobody)
                .apiKey("key")
                .attempts(4, Duration.ofMillis(1), Duration.ofMillis(1))
                .webClient(web -> web.filter((request, next) -> {
                    server.asked.add(new ScriptedServer.Asked("", "", new DefaultHttpHeaders(), ""));
                    return next.exchange(request);
                }))
                .build()) {
            Mono<?> call = patch ? lonely.patchMetadata("i1", CHANGE) : lonely.get("i1");
            assertThat(catchThrowableOfType(SandboxTransportException.CantConnect.class, () -> wait(call)))
                    .isNotNull();
            assertThat(server.asked).hasSize(4);
        }
    }

    @Test
    void aTokenThatCantBeHadForTheMomentIsAskedForAgainAlsoForWhatIsNotSafe() {
        server.thenIssue(error(503), reset(), error(429, "Retry-After", "0")).then(done());
        try (SandboxClient patient = server.client()
                .attempts(50, Duration.ofMillis(20), Duration.ofMillis(200))
                .build()) {
            wait(patient.sandbox("i1").commands().attach("c1").send(new byte[] {1}));
        }
        assertThat(server.asked).hasSize(1);
        assertThat(server.last().header("Authorization")).isEqualTo("Bearer secret-1");
    }

    @Test
    void aTokenThatIsRefusedForGoodIsTheCallsOwnFailure() {
        server.thenIssue(error(404));
        SandboxApiException refusal = catchThrowableOfType(
                SandboxApiException.class,
                () -> wait(client.sandbox("i1").commands().attach("c1").send(new byte[] {1})));
        assertThat(refusal.kind()).isEqualTo(SandboxApiException.Kind.NOT_FOUND);
        assertThat(server.asked).isEmpty();
    }

    @Test
    void aKillWhoseAnswerWasLostCountsAsDone() {
        server.then(reset(), error(404), error(404), done());
        assertThat(wait(client.kill("i1"))).isTrue();
        assertThat(wait(client.kill("i1"))).isFalse();
        assertThat(wait(client.kill("i1"))).isTrue();
    }

    @Test
    void aWishBeyondTheDeadlineIsNotWaitedFor() {
        server.then(error(503, "Retry-After", "61"));
        SandboxApiException refusal = catchThrowableOfType(SandboxApiException.class, () -> wait(client.get("i1")));
        assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(61));
        assertThat(server.asked).hasSize(1);
    }

    @SuppressWarnings("NullAway") // a Mono<Void> has no value
    private static <T> T wait(Mono<T> call) {
        return call.block(LIMIT);
    }
}

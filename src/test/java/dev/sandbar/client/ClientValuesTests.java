package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What the client takes, and what it refuses before anything is sent. */
class ClientValuesTests {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static TokenCacheSettings tokens(int entries, Duration idle, Duration refresh, Duration delay) {
        return new TokenCacheSettings(
                entries, idle, refresh, SECOND, SECOND, SECOND, Duration.ofDays(1), SECOND, delay, null);
    }

    @Test
    void tokensAreKeptWithinBounds() {
        Duration delay = Duration.ofMillis(50);
        assertThat(tokens(1, SECOND.multipliedBy(2), SECOND, delay).entries()).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> tokens(0, SECOND.multipliedBy(2), SECOND, delay));
        assertThatIllegalArgumentException().isThrownBy(() -> tokens(1, Duration.ofMillis(1999), SECOND, delay));
        assertThatIllegalArgumentException().isThrownBy(() -> tokens(1, SECOND, Duration.ZERO, delay));
        assertThatIllegalArgumentException().isThrownBy(() -> tokens(1, SECOND, SECOND.negated(), delay));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokens(1, SECOND.multipliedBy(2), SECOND, Duration.ofMillis(49)));
        TokenCacheSettings kept = TokenCacheSettings.DEFAULT.withFile(Path.of("tokens.json"));
        assertThat(kept.file()).isEqualTo(Path.of("tokens.json"));
        assertThat(kept.withEntries(5).entries()).isEqualTo(5);
        assertThat(kept.withEntries(5).file()).isEqualTo(Path.of("tokens.json"));
    }

    @Test
    void listsAreAskedForAsE2bWritesIt() {
        assertThat(SandboxFilter.ALL.query()).isEqualTo(Map.of("limit", "100"));
        SandboxFilter filter = SandboxFilter.ALL
                .withTemplate("base")
                .withPageSize(1)
                .withMetadata("a b", "c&d")
                .withMetadata("e", "f");
        assertThat(filter.query()).isEqualTo(Map.of("limit", "1", "template", "base", "metadata", pairs(filter)));
        assertThat(pairs(filter)).contains("a%2520b=c%2526d", "e=f", "&");
        assertThatIllegalArgumentException().isThrownBy(() -> SandboxFilter.ALL.withPageSize(0));
        assertThatIllegalArgumentException().isThrownBy(() -> SandboxFilter.ALL.withPageSize(101));
    }

    private static String pairs(SandboxFilter filter) {
        return String.valueOf(filter.query().get("metadata"));
    }

    @Test
    void commandIsDescribedPieceByPiece() {
        CommandSpec spec = CommandSpec.of("ls", "-l")
                .withId("one")
                .withDirectory("/tmp")
                .withVariable("A", "secret")
                .withUser("root")
                .withTimeout(SECOND)
                .withInput()
                .cancelledWithReader();
        assertThat(spec)
                .isEqualTo(new CommandSpec(
                        "one", "ls", List.of("-l"), "/tmp", Map.of("A", "secret"), "root", SECOND, true, true));
        assertThat(spec.toString()).contains("one", "ls", "1 arguments").doesNotContain("secret");
        assertThat(CommandSpec.shell("echo a").arguments()).containsExactly("-l", "-c", "echo a");
        assertThatIllegalArgumentException().isThrownBy(() -> spec.withId("One"));
        assertThatIllegalArgumentException().isThrownBy(() -> spec.withTimeout(Duration.ofMillis(-1)));
    }

    @Test
    void clientNeedsAnAddressAndAKey() {
        for (String wrong : new String[] {"ftp://x", "http:///x", "http://u@x", "http://x?a=b", "x"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> SandboxClient.builder(URI.create(wrong)));
        }
        SandboxClientBuilder builder = SandboxClient.builder(URI.create("https://x"));
        assertThatIllegalStateException().isThrownBy(builder::build).withMessageContaining("API key");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.sandboxUrl(URI.create("file:///x")));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.connectTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.responseTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.idleTimeout(SECOND.negated()));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.totalTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.attempts(0, SECOND, SECOND));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.attempts(1, Duration.ZERO, SECOND));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.attempts(1, SECOND, Duration.ZERO));
        assertThat(builder.attempts(1, SECOND, SECOND)).isSameAs(builder);
    }

    @Test
    void answersAreReadWithoutSayingWhatStandsInThem() {
        assertThat(Wire.seconds(Duration.ofMillis(1001))).isEqualTo(2);
        assertThat(Wire.seconds(Duration.ofSeconds(1))).isEqualTo(1);
        assertThat(Wire.time(null, "a call")).isNull();
        assertThat(Wire.time("2026-01-01T01:00:00+01:00", "a call")).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(Wire.base64("AQI=", "a call")).containsExactly(1, 2);
        assertThat(Wire.required("x", "field", "a call")).isEqualTo("x");
        assertMalformed(() -> Wire.time("secret", "a call"), "a time in it");
        assertMalformed(() -> Wire.base64("secret!", "a call"), "base64");
        assertMalformed(() -> Wire.required(null, "field", "a call"), "\"field\" is missing");
        assertMalformed(() -> Wire.read(Wire.utf8("{secret"), Map.class, "a call"), "no JSON");
        assertMalformed(() -> Wire.read(Wire.utf8("null"), Map.class, "a call"), "empty");
    }

    @Test
    void tokensAreReadAsFarAsTheyCanBeUsed() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        AuthRoute.View all = new AuthRoute.View("secret", "https://gate:1/x", "2026-01-01T00:30:00Z", 1800L, true);
        assertThat(all.toAnswer(now))
                .isEqualTo(new TokenAnswer(
                        "secret",
                        URI.create("https://gate:1/x"),
                        now.plusSeconds(1800),
                        Duration.ofMinutes(30),
                        now,
                        true));
        assertThat(all.toString()).isEqualTo("View[expiresAt=2026-01-01T00:30:00Z]");
        AuthRoute.View least = new AuthRoute.View("secret", null, "tomorrow", null, null);
        assertThat(least.toAnswer(null)).isEqualTo(new TokenAnswer("secret", null, null, null, null, null));
        for (String wrong : new String[] {"no address at all", "relative", "mailto:x"}) {
            assertMalformedToken(new AuthRoute.View("secret", wrong, null, null, null), "gatewayUrl is no address");
        }
        assertMalformedToken(new AuthRoute.View(null, null, null, null, null), "\"token\" is missing");
    }

    private static void assertMalformedToken(AuthRoute.View view, String why) {
        assertThatExceptionOfType(SandboxTransportException.Malformed.class)
                .isThrownBy(() -> view.toAnswer(null))
                .withMessageContaining(why)
                .withMessageNotContaining("secret");
    }

    @Test
    void digestIsFoundAmongOthers() {
        assertThat(Sha256.in(null)).isNull();
        assertThat(Sha256.in("sha-512=:x:")).isNull();
        assertThat(Sha256.in("sha-512=:x:, sha-256=:y:,unixsum=:z:")).isEqualTo("sha-256=:y:");
    }

    @Test
    void asMuchAsTheLimitIsRead() {
        Flux<byte[]> pieces = Flux.just(new byte[4], new byte[6]);
        assertThat(Bytes.join(pieces, 10, "a file").block()).hasSize(10);
        assertThatExceptionOfType(SandboxTransportException.Malformed.class)
                .isThrownBy(() -> Bytes.join(pieces, 9, "a file").block());
    }

    private static CommandResult result(@Nullable Integer code, @Nullable String signal) {
        return new CommandResult(
                "c", new byte[0], new byte[0], new CommandOutput.End(1, code, signal, "exited"), false);
    }

    @Test
    void onlyAnExitWithNothingSucceeds() {
        assertThat(result(0, null).succeeded()).isTrue();
        assertThat(result(1, null).succeeded()).isFalse();
        assertThat(result(null, "SIGKILL").succeeded()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "32768, 1", "32769, 2", "65536, 2", "65537, 3"})
    void inputIsSentInPiecesThatAreTheWhole(int length, int count) {
        byte[] input = new byte[length];
        new Random(length).nextBytes(input);
        List<byte[]> sent = new ArrayList<>();
        CommandWire wire = (CommandWire) Proxy.newProxyInstance(
                CommandWire.class.getClassLoader(), new Class<?>[] {CommandWire.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("send")) throw new UnsupportedOperationException(method.getName());
                    return Mono.fromRunnable(() -> sent.add((byte[]) arguments[1]));
                });
        new SandboxCommand("c", wire).send(input).block();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        sent.forEach(all::writeBytes);
        assertThat(all.toByteArray()).isEqualTo(input);
        assertThat(sent).hasSize(count).allMatch(piece -> piece.length > 0);
    }

    @Test
    void closedClientLeavesNoThread(@TempDir Path directory) throws InterruptedException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        SandboxClient client = SandboxClient.builder(URI.create("http://127.0.0.1:9"))
                .apiKey("key")
                .tokens(TokenCacheSettings.DEFAULT.withFile(directory.resolve("tokens")))
                .totalTimeout(SECOND)
                .build();
        StepVerifier.create(client.sandbox("i1").files().read("x", 1)).verifyError();
        StepVerifier.create(client.sandbox("i1").files().uploadFrom(directory.resolve("none"), "x"))
                .verifyError();
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .filter(thread -> thread.getName().matches("sandbar-(client|tokens).*"))
                .toList();
        assertThat(threads)
                .extracting(Thread::getName)
                .anyMatch(name -> name.startsWith("sandbar-client-timer"))
                .anyMatch(name -> name.startsWith("sandbar-client-files"))
                .anyMatch(name -> name.startsWith("sandbar-tokens"));
        client.close();
        for (Thread thread : threads) thread.join(10_000);
        assertThat(threads).noneMatch(Thread::isAlive);
    }

    private static void assertMalformed(ThrowingCallable read, String why) {
        assertThatExceptionOfType(SandboxTransportException.Malformed.class)
                .isThrownBy(read)
                .withMessageContainingAll("a call: the answer can't be used", why)
                .withMessageNotContaining("secret");
    }
}

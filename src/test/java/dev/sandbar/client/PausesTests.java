package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("a.10.2 the pause behind a failure")
class PausesTests {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "404, 2000, 30000",
        "410, 2000, 30000",
        "401, 1000, 15000",
        "403, 1000, 15000",
        "429, 500, 8000",
        "400, 250, 1000",
        "500, 250, 1000",
        "503, 250, 1000"
    })
    void growsUpToABoundByKind(int status, long first, long longest) {
        Throwable error = ScriptedSource.refusal(status, null);
        assertThat(pauses(error))
                .startsWith(first, Math.min(2 * first, longest))
                .endsWith(longest);
        assertThat(pauses(error)).isSorted();
    }

    @Test
    void isShortForWhatTheServerDidNotSay() {
        assertThat(pauses(new TimeoutException())).startsWith(250L, 500L, 1_000L, 1_000L);
        assertThat(pauses(new SandboxClientException("reset", null))).startsWith(250L, 500L, 1_000L, 1_000L);
    }

    @Test
    @DisplayName("a.10.11 honours Retry-After within a minute")
    void honoursWhatTheServerWishes() {
        assertThat(wish(429, 7)).isEqualTo(Duration.ofSeconds(7));
        assertThat(wish(503, 3)).isEqualTo(Duration.ofSeconds(3));
        assertThat(wish(429, 0)).isEqualTo(Duration.ofMillis(500));
        assertThat(wish(429, 3_600)).isEqualTo(Pauses.LONGEST_WISH);
    }

    @Test
    void rememberedErrorSaysSoAndKeepsStatusAndCause() {
        SandboxApiException original = ScriptedSource.refusal(403, null);
        SandboxClientException told = Pauses.remembered("asking", original, 1_000_000_000);
        assertThat(told).isInstanceOf(SandboxApiException.class).hasCause(original);
        assertThat(told)
                .hasMessage("asking failed less than 1000 ms ago, and the server wasn't asked again: refused by 403");
        assertThat(((SandboxApiException) told).status()).isEqualTo(403);
        assertThat(((SandboxApiException) told).retryAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(Pauses.remembered("asking", new IllegalStateException("a secret"), 1))
                .hasMessageNotContaining("secret");
    }

    private static Duration wish(int status, long seconds) {
        return Pauses.after(ScriptedSource.refusal(status, Duration.ofSeconds(seconds)), 0);
    }

    private static LongStream pauses(Throwable error) {
        return IntStream.range(0, 80)
                .mapToLong(others -> Pauses.after(error, others).toMillis());
    }
}

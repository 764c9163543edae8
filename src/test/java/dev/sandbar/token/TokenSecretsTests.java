package dev.sandbar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.token.SessionTickets.Ticket;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Secrets are random, and no log line shows one. */
class TokenSecretsTests {

    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
    private static final String ZEROS = "0".repeat(64);

    @Test
    void everyKeyIsAnotherOneInAllItsParts() {
        SecureRandom random = new SecureRandom();
        List<String[]> lines = Stream.generate(
                        () -> TokenKey.random(random, NOW).line().split(" "))
                .limit(20)
                .toList();
        assertThat(lines.stream().map(parts -> parts[0]))
                .doesNotHaveDuplicates()
                .doesNotContain("00000000");
        assertThat(lines.stream().map(parts -> parts[2]))
                .doesNotHaveDuplicates()
                .doesNotContain(ZEROS);
    }

    @Test
    void wordsOfWhatHoldsASecretAreWithoutIt() {
        TokenKey key = TokenKey.random(new SecureRandom(), NOW);
        assertThat(key).hasToString("key " + key.id());
        assertThat(new Grant("secret", NOW, NOW.plusSeconds(60)))
                .hasToString("access token until 2026-11-01T00:01:00Z");
        assertThat(new Ticket("secret", NOW)).hasToString("Ticket[2026-11-01T00:00:00Z]");
    }

    @Test
    void tokenOfASandboxIsKnownByItsForm() {
        String token = new AccessTokens(new byte[32]).of("i1");
        assertThat(AccessTokens.hasForm(token)).isTrue();
        assertThat(AccessTokens.hasForm(token + "0")).isFalse();
        assertThat(AccessTokens.hasForm("")).isFalse();
    }

    @Test
    void revokedStateIsOfTheNextGenerationAndHasNoToken() {
        TokenState first = TokenState.NONE.with(new TokenState.Live("k", NOW));
        assertThat(first.isRecorded()).isFalse();
        assertThat(first.at(7).isRecorded()).isTrue();
        assertThat(first.at(7).revoked()).isEqualTo(new TokenState(7, 1, null));
    }
}

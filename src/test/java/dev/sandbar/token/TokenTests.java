package dev.sandbar.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenTests {

    private final ApiKeys keys = new ApiKeys(Map.of("key-of-ann", "ann", "key-of-bob", "bob"));
    private final AccessTokens tokens = new AccessTokens(new byte[32]);

    @Test
    void keyNamesItsOwner() {
        assertThat(keys.ownerOf("key-of-ann")).isEqualTo("ann");
        assertThat(keys.ownerOf("key-of-bob")).isEqualTo("bob");
    }

    @Test
    void unknownKeyHasNoOwner() {
        assertThat(keys.ownerOf("key-of-anna")).isNull();
        assertThat(keys.ownerOf("")).isNull();
    }

    @Test
    void tokenIsBoundToItsSandboxAndSecret() {
        String token = tokens.of("i1");
        assertThat(tokens.of("i1")).isEqualTo(token).startsWith("ea_");
        assertThat(tokens.matches("i1", token)).isTrue();
        assertThat(tokens.matches("i2", token)).isFalse();
        byte[] other = new byte[32];
        other[0] = 1;
        assertThat(new AccessTokens(other).of("i1")).isNotEqualTo(token);
    }

    @Test
    void shortSecretIsRefused() {
        assertThatThrownBy(() -> new AccessTokens(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }
}

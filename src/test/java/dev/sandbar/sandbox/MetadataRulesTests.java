package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetadataRulesTests {

    private static Map<String, String> words(int count) {
        Map<String, String> words = new HashMap<>();
        for (int i = 0; i < count; i++) words.put("k" + i, "");
        return words;
    }

    private static void assertRefused(Map<String, String> words, String why) {
        assertThatExceptionOfType(SandboxException.Invalid.class)
                .isThrownBy(() -> MetadataRules.check(words))
                .withMessageContaining(why);
    }

    @Test
    void boundsAreReachedButNotPassed() {
        MetadataRules.check(words(128));
        assertRefused(words(129), "128 keys, not 129");
        MetadataRules.check(Map.of("k".repeat(256), ""));
        assertRefused(Map.of("k".repeat(257), ""), "256 bytes");
        assertRefused(Map.of("ä".repeat(129), ""), "256 bytes");
        MetadataRules.check(Map.of("k", "v".repeat(10 * 1024 - 1)));
        assertRefused(Map.of("k", "v".repeat(10 * 1024)), "10240 bytes in all its keys and values, not 10241");
    }

    @Test
    void patchTakesAwayAndThenSets() {
        MetadataPatch patch = new MetadataPatch(Map.of("a", "new", "c", "3"), Set.of("a", "b"), words -> true);
        assertThat(patch.apply(Map.of("a", "old", "b", "2", "d", "4")))
                .isEqualTo(Map.of("a", "new", "c", "3", "d", "4"));
    }

    @Test
    void lifeGoesOneWayOnly() {
        for (SandboxState from : SandboxState.values()) {
            for (SandboxState to : SandboxState.values()) {
                boolean allowed = switch (from) {
                    case CREATING -> to == SandboxState.RUNNING || to == SandboxState.KILLING;
                    case RUNNING -> to == SandboxState.KILLING;
                    case KILLING -> to == SandboxState.GONE;
                    case GONE -> false;
                };
                assertThat(from.allows(to)).as(from + " to " + to).isEqualTo(allowed);
            }
        }
    }

    @Test
    void causesAreWordsWithDashes() {
        for (EndCause cause : EndCause.values()) {
            assertThat(cause.wireName())
                    .isEqualTo(cause.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }
}

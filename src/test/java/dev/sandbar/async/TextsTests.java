package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextsTests {

    private static final String FACE = "\uD83D\uDE00";

    @Test
    void theBeginOfATextNeverEndsWithinAPair() {
        assertThat(Texts.begin("ab", 2)).isEqualTo("ab");
        assertThat(Texts.begin("abc", 2)).isEqualTo("ab");
        assertThat(Texts.begin("a" + FACE + "b", 2)).isEqualTo("a");
        assertThat(Texts.begin("a" + FACE + "b", 3)).isEqualTo("a" + FACE);
        assertThat(Texts.begin(FACE, 1)).isEmpty();
        assertThat(Texts.begin(FACE, 0)).isEmpty();
    }

    @Test
    void piecesAreAllOfTheTextAndNoneBeginsOrEndsWithinAPair() {
        String text = "a" + FACE.repeat(5) + "b";
        for (int most = 2; most < 13; most++) {
            int longest = most;
            assertThat(Texts.pieces(text, most)).allSatisfy(piece -> {
                assertThat(piece).isNotEmpty().hasSizeLessThanOrEqualTo(longest);
                assertThat(Character.isLowSurrogate(piece.charAt(0))).isFalse();
                assertThat(Character.isHighSurrogate(piece.charAt(piece.length() - 1)))
                        .isFalse();
            });
            assertThat(String.join("", Texts.pieces(text, most))).isEqualTo(text);
        }
        assertThat(Texts.pieces("", 2)).isEmpty();
        assertThatThrownBy(() -> Texts.pieces(text, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}

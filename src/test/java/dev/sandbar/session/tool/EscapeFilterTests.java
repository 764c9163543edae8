package dev.sandbar.session.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscapeFilterTests {

    private static final String[] PARTS = {
        "\u001b", "[", "]", "31", ";", "m", "\u0007", "\\", "P", "(", "B", "text", "\n", "?", "\u00e4", " ", "0"
    };

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "plain [31m text           | plain [31m text",
                "a^[31mred^[0mb            | aredb",
                "a^[?25lb^[2Jc^[1;2Hd      | abcd",
                "a^]0;title#b              | ab",
                "a^]8;;http://x^\\link^]8;;^\\b | alinkb",
                "a^(Bb^7c^=d               | abcd",
                "a^Pq#b                    | ab",
                "a^]0;^[31mb               | ab",
            })
    void sequencesForTerminalsGo(String written, String shown) {
        assertThat(all(written.replace('^', '\u001b').replace('#', '\u0007'))).isEqualTo(shown);
    }

    @Test
    void whatOnlyBeginsLikeASequenceStays() {
        assertThat(all("a\u001b[3\nb")).isEqualTo("a[3\nb");
        assertThat(all("a\u001b]0;title\nb")).isEqualTo("a]0;title\nb");
        assertThat(all("a\u001b")).isEqualTo("a");
        assertThat(all("a\u001b[12")).isEqualTo("a[12");
        assertThat(all("a\u001b\u00e4")).isEqualTo("a\u00e4");
    }

    @Test
    void stringWithoutAnEndIsHeldBackOnlySoFar() {
        String title = "t".repeat(10_000);
        assertThat(all("\u001b]" + title + "!")).isEqualTo("]" + title + "!");
    }

    @RepeatedTest(200)
    void cutsAnywhereChangeNothing(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        StringBuilder written = new StringBuilder();
        for (int i = 0; i < 60; i++) written.append(PARTS[random.nextInt(PARTS.length)]);
        EscapeFilter filter = new EscapeFilter();
        StringBuilder shown = new StringBuilder();
        for (int at = 0; at < written.length(); ) {
            int end = Math.min(written.length(), at + random.nextInt(5));
            shown.append(filter.take(written.substring(at, end)));
            at = end;
        }
        assertThat(shown.append(filter.end()).toString())
                .isEqualTo(all(written.toString()))
                .doesNotContain("\u001b");
    }

    private static String all(String written) {
        EscapeFilter filter = new EscapeFilter();
        return filter.take(written) + filter.end();
    }
}

package dev.sandbar.session.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineViewTests {

    private static final ReadCall ALL = new ReadCall("x", 1, 2000, true);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1000})
    void onlyLineFeedsEndLines(int piece) {
        assertThat(view(ALL, "a\r\nb\rc\fd\u000be\u2028f\u0085g\n\n\r\nh", piece)
                        .text())
                .isEqualTo("1\ta\n2\tb\rc\fd\u000be\u2028f\u0085g\n3\t\n4\t\n5\th");
    }

    @Test
    void lineFeedAtTheEndBeginsNoLine() {
        assertThat(view(ALL, "a\n", 10).text()).isEqualTo("1\ta");
        assertThat(view(ALL, "", 10).text()).isEmpty();
        assertThat(view(ALL, "\n", 10).text()).isEqualTo("1\t");
    }

    @Test
    void longLinesAreCutAndSaySo() {
        String line = "\u00e4".repeat(4000);
        assertThat(view(ALL, line + "\nshort", 999).text()).isEqualTo("1\t" + line + "\n2\tshort");
        assertThat(view(ALL, line + "bcd\r\nshort", 999).text())
                .isEqualTo("1\t" + line + "[... 4 more characters in this line]\n2\tshort");
        assertThat(view(ALL, "\ud83d\ude00".repeat(104_000), 4096).text())
                .isEqualTo("1\t" + "\ud83d\ude00".repeat(4000) + "[... 100,000 more characters in this line]");
    }

    @Test
    void linesBeyondTheDefaultAreAnnounced() {
        String text = IntStream.rangeClosed(1, 2500).mapToObj(i -> "l" + i).collect(Collectors.joining("\n"));
        LineView view = view(ALL, text, 100);
        assertThat(view.isTruncated()).isTrue();
        assertThat(view.text())
                .startsWith("1\tl1\n")
                .endsWith("2000\tl2000\n\n[Lines 1 to 2000 of 2500 are shown. Go on with offset=2001.]");
    }

    @Test
    void askedForLinesAreShownWithoutAWord() {
        String text = IntStream.rangeClosed(1, 2500).mapToObj(i -> "l" + i).collect(Collectors.joining("\n"));
        assertThat(view(new ReadCall("x", 3, 2, false), text, 100).text()).isEqualTo("3\tl3\n4\tl4");
        assertThat(view(new ReadCall("x", 2499, Integer.MAX_VALUE, true), text, 100)
                        .text())
                .isEqualTo("2499\tl2499\n2500\tl2500");
        LineView beyond = view(new ReadCall("x", 9999, Integer.MAX_VALUE, true), text, 100);
        assertThat(beyond.text()).isEmpty();
        assertThat(beyond.isTruncated()).isFalse();
    }

    @Test
    void muchTextIsCutAtALine() {
        String text = ("x".repeat(999) + "\n").repeat(1000);
        LineView view = view(new ReadCall("x", 1, Integer.MAX_VALUE, true), text, 4096);
        assertThat(view.isTruncated()).isTrue();
        assertThat(view.text().length()).isLessThan(LineView.MOST + 100);
        assertThat(view.text().lines().skip(398))
                .containsExactly("", "[Lines 1 to 398 of 1000 are shown. Go on with offset=399.]");
    }

    @Test
    void w18BytesThatAreNoTextAreReplaced() {
        LineView view = new LineView(ALL);
        view.take(new byte[] {'a', (byte) 0xff, 'b', '\n', 'c'});
        view.end();
        assertThat(view.text()).isEqualTo("1\ta\ufffdb\n2\tc");
    }

    private static LineView view(ReadCall call, String text, int piece) {
        LineView view = new LineView(call);
        byte[] bytes = text.getBytes(UTF_8);
        for (int at = 0; at < bytes.length; at += piece) {
            view.take(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)));
        }
        view.end();
        return view;
    }
}

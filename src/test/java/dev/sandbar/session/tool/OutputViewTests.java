package dev.sandbar.session.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputViewTests {

    private static final String CUT = "[... cut within this line ...]";

    @Test
    void outputUpToTheLimitIsShownWhole() {
        String text = "x".repeat(10_000) + "y".repeat(15_000);
        OutputView view = view(text, 777);
        assertThat(view.isTruncated()).isFalse();
        assertThat(view.text("there")).isEqualTo(text);
    }

    @Test
    void oneCharacterMoreLeavesAQuarterAndThreeQuarters() {
        OutputView view = view("h".repeat(6250) + "-" + "t".repeat(18_750), 1000);
        assertThat(view.isTruncated()).isTrue();
        assertThat(view.text("There."))
                .isEqualTo("h".repeat(6250) + CUT
                        + "\n\n[... 0 of 1 lines omitted, 1 of 25,001 characters. There. ...]\n\n" + CUT
                        + "t".repeat(18_750));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 4096, 2_000_000})
    void numbersStayWhatTheyAreAndTheRestIsCounted(int piece) {
        String all = numbers(200_000, "\n");
        String[] halves = halves(view(all, piece).text("There."));
        List<String> first = halves[0].lines().toList();
        List<String> last = halves[1].lines().toList();
        assertThat(first)
                .isEqualTo(IntStream.rangeClosed(1, first.size())
                        .mapToObj(String::valueOf)
                        .toList());
        assertThat(last)
                .isEqualTo(IntStream.rangeClosed(200_001 - last.size(), 200_000)
                        .mapToObj(String::valueOf)
                        .toList());
        assertThat(halves[0]).endsWith("\n").hasSizeBetween(6200, 6250);
        assertThat(halves[1]).hasSizeBetween(18_700, 18_750);
        long omitted = 200_000L - first.size() - last.size();
        assertThat(view(all, piece).text("There."))
                .contains(String.format(Locale.ROOT, "%,d of 200,000 lines omitted", omitted))
                .doesNotContain(CUT);
    }

    @Test
    void aVeryLongLineIsCutBetweenWordsAndMarked() {
        String all = numbers(200_000, " ");
        String[] halves = halves(view(all, 5000).text("There."));
        assertThat(halves[0]).endsWith(" " + CUT);
        assertThat(halves[1]).startsWith(CUT);
        Set<String> known = Set.of(all.split(" "));
        assertThat(known).containsAll(List.of(halves[0].replace(CUT, "").split(" ")));
        assertThat(known).containsAll(List.of(halves[1].replace(CUT, "").strip().split(" ")));
        assertThat(halves[0].length() + halves[1].length()).isGreaterThan(24_000);
    }

    /** Whether a line is left out or cut is a matter of what would be lost. */
    @Test
    void aLineUpToTwoThousandCharactersIsLeftOutWholeAndALongerOneIsCut() {
        String kept = "k".repeat(6250 - 1 - OutputView.LONG_LINE) + "\n";
        String rest = "z\n".repeat(20_000);
        assertThat(halves(view(kept + "b".repeat(OutputView.LONG_LINE) + "B\n" + rest, 100)
                        .text(""))[0])
                .isEqualTo(kept);
        String shorter = kept.substring(1);
        assertThat(halves(view(shorter + "b".repeat(OutputView.LONG_LINE + 1) + "B\n" + rest, 100)
                        .text(""))[0])
                .isEqualTo(shorter + "b".repeat(OutputView.LONG_LINE + 1) + CUT);
        String begin = "a\n".repeat(20_000) + "c";
        String last = "\n" + "e".repeat(18_750 - 1 - OutputView.LONG_LINE);
        assertThat(halves(view(begin + "d".repeat(OutputView.LONG_LINE) + last, 100)
                        .text(""))[1])
                .isEqualTo(CUT + "d".repeat(OutputView.LONG_LINE) + last);
        assertThat(halves(view(begin + "d".repeat(OutputView.LONG_LINE - 1) + last + "e", 100)
                        .text(""))[1])
                .isEqualTo(last.substring(1) + "e");
    }

    @Test
    void aLineThatBeginsWithTheTailIsNotLost() {
        String last = "t".repeat(18_749) + "\n";
        assertThat(halves(view("h\n".repeat(5000) + last, 100).text(""))[1]).isEqualTo(last);
    }

    @Test
    void muchIsCountedAndNotHeld() {
        OutputView view = new OutputView();
        for (int i = 0; i < 2000; i++) view.take("0123456789".repeat(100));
        view.take("END");
        assertThat(view.text("There."))
                .contains("1,975,003 of 2,000,003 characters")
                .endsWith("END");
        assertThat(view.text("There.").length()).isLessThan(OutputView.MOST + 200);
    }

    @Test
    void noCharacterIsCutInTwo() {
        OutputView view = view("x" + "\ud83d\ude00".repeat(20_000) + "y", 999);
        String text = view.text("There.");
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text)).isTrue();
        assertThat(text).contains("15,004 of 40,002 characters");
    }

    private static String numbers(int most, String between) {
        return IntStream.rangeClosed(1, most)
                .mapToObj(number -> number + between)
                .collect(Collectors.joining());
    }

    private static String[] halves(String text) {
        String[] halves = text.split("\n\n\\[\\.\\.\\. [^\\]]* lines omitted[^\\]]*\\]\n\n");
        assertThat(halves).hasSize(2);
        return halves;
    }

    @Test
    void rawOutputIsHeldBackUntilItIsWanted() {
        RawOutput raw = new RawOutput();
        byte[] first = {1};
        byte[] second = {2};
        byte[] third = {3};
        assertThat(raw.take(first, false)).isEmpty();
        assertThat(raw.take(second, true)).containsExactly(first, second);
        assertThat(raw.take(third, false)).containsExactly(third);
        assertThat(raw.isCut()).isFalse();
    }

    @Test
    void rawOutputIsNotHeldWithoutBoundAndNotKeptWithoutBound() {
        RawOutput raw = new RawOutput();
        byte[] piece = new byte[100 << 10];
        assertThat(raw.take(piece, false)).isEmpty();
        assertThat(raw.take(piece, false)).hasSize(2);
        long kept = 2L * piece.length;
        for (int i = 0; i < 1000; i++) {
            List<byte[]> more = raw.take(piece, true);
            kept += (long) more.size() * piece.length;
        }
        assertThat(kept).isBetween(RawOutput.MOST - piece.length, RawOutput.MOST);
        assertThat(raw.isCut()).isTrue();
        assertThat(raw.take(new byte[1], true)).isEmpty();
    }

    private static OutputView view(String text, int piece) {
        OutputView view = new OutputView();
        for (int at = 0; at < text.length(); at += piece) {
            view.take(text.substring(at, Math.min(text.length(), at + piece)));
        }
        return view;
    }
}

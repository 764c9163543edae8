package dev.sandbar.session.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputViewTests {

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
                .isEqualTo("h".repeat(6250) + "\n\n[... 1 of 25,001 characters omitted. There. ...]\n\n"
                        + "t".repeat(18_750));
    }

    @Test
    void muchIsCountedAndNotHeld() {
        OutputView view = new OutputView();
        for (int i = 0; i < 2000; i++) view.take("0123456789".repeat(100));
        view.take("END");
        assertThat(view.text("There."))
                .contains("1,975,003 of 2,000,003 characters omitted")
                .endsWith("END");
        assertThat(view.text("There.").length()).isLessThan(OutputView.MOST + 100);
    }

    @Test
    void noCharacterIsCutInTwo() {
        OutputView view = view("x" + "\ud83d\ude00".repeat(20_000) + "y", 999);
        String text = view.text("There.");
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text)).isTrue();
        assertThat(text).contains("15,004 of 40,002 characters omitted");
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

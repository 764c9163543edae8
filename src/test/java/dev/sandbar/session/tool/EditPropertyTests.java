package dev.sandbar.session.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Random texts, random edits: bytes beside what was found are never touched. */
class EditPropertyTests {

    private static final String[] PARTS = {
        "a", "b", " ", "  ", "\t", "\n", "\r\n", "\u201c", "\u2013", "\u00a0", "\u200b", "\u20ac", "-", "\"", "foo",
        "\r"
    };

    private final StringBuilder text = new StringBuilder();

    private static String octets(String text) {
        return Octets.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private String random(Random random, int parts) {
        text.setLength(0);
        for (int i = 0; i < parts; i++) text.append(octets(PARTS[random.nextInt(PARTS.length)]));
        if (random.nextInt(4) == 0) text.insert(random.nextInt(text.length() + 1), '\u00ff');
        return text.toString();
    }

    @RepeatedTest(300)
    void replacingAndRevertingRestoresTheBytes(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        String original = random(random, 40);
        int from = random.nextInt(original.length());
        int to = from + 1 + random.nextInt(original.length() - from);
        String old = original.substring(from, to);
        EditCall there = new EditCall("f", old, "<MARK>", true, EditCall.Mode.REPLACE);
        Edited edited = Edited.of(original, there);
        assertThat(edited.note()).isEmpty();
        Match mark = new Match(edited.text().indexOf("<MARK>"), edited.text().indexOf("<MARK>") + 6);
        String back = edited.text().replace("<MARK>", old);
        assertThat(back).isEqualTo(original);
        assertThat(mark.in(edited.text())).isEqualTo("<MARK>");
    }

    @RepeatedTest(300)
    void placesAreTrueForEveryLikeness(RepetitionInfo repetition) {
        Random random = new Random(1000 + repetition.getCurrentRepetition());
        String original = random(random, 60);
        String wanted = random(random, 1 + random.nextInt(4));
        for (Likeness likeness : Likeness.values()) {
            Fold needle = Fold.of(wanted, likeness);
            int last = 0;
            for (Match place : Fold.of(original, likeness).find(needle)) {
                assertThat(place.begin()).isGreaterThanOrEqualTo(last);
                assertThat(place.end()).isGreaterThan(place.begin());
                last = place.end();
                String found = place.in(original);
                assertThat(Fold.of(found, likeness).find(needle))
                        .as(likeness + ": " + found)
                        .containsExactly(new Match(0, found.length()));
            }
        }
    }

    @RepeatedTest(300)
    void whatIsBesideThePlacesStays(RepetitionInfo repetition) {
        Random random = new Random(2000 + repetition.getCurrentRepetition());
        String original = random(random, 60);
        String wanted = random(random, 1 + random.nextInt(4));
        Matches matches = Matches.of(original, wanted);
        StringBuilder expected = new StringBuilder();
        int done = 0;
        for (Match place : matches.places()) {
            expected.append(original, done, place.begin()).append('#');
            done = place.end();
        }
        expected.append(original.substring(done));
        if (matches.places().isEmpty() || wanted.isBlank()) return;
        EditCall call = new EditCall("f", wanted, "#", true, EditCall.Mode.REPLACE);
        assertThat(Edited.of(original, call).text()).isEqualTo(expected.toString());
    }
}

package dev.sandbar.session.tool;

import static dev.sandbar.session.tool.EditCall.Mode.APPEND_AFTER;
import static dev.sandbar.session.tool.EditCall.Mode.PREPEND_BEFORE;
import static dev.sandbar.session.tool.EditCall.Mode.REPLACE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What edits make of texts. */
class EditedTests {

    private static final String TRIMMED_ENDS = " (matched after trimming trailing whitespace)";
    private static final String TRIMMED = " (matched after trimming whitespace)";
    private static final String NORMALIZED = " (matched after unicode normalization)";

    private static Edited edited(String text, String old, String by, EditCall.Mode mode, boolean all) {
        return Edited.of(octets(text), new EditCall("f", octets(old), octets(by), all, mode));
    }

    private static String octets(String text) {
        return Octets.of(text.getBytes(UTF_8));
    }

    private static String replaced(String text, String old, String by) {
        return shown(edited(text, old, by, REPLACE, false));
    }

    /** The text, and the note behind it. */
    private static String shown(Edited edited) {
        return new String(Octets.bytes(edited.text()), UTF_8) + edited.note();
    }

    @Test
    void exactTextIsReplacedWhereItStands() {
        assertThat(replaced("say hi, \u20ac", "hi", "ho\u00e4")).isEqualTo("say ho\u00e4, \u20ac");
        assertThat(shown(edited("a a a", "a", "b", REPLACE, true))).isEqualTo("b b b");
        assertThat(shown(edited("aaa", "aa", "b", REPLACE, true))).isEqualTo("ba");
        assertThat(shown(edited("x y", "x", "z", APPEND_AFTER, false))).isEqualTo("xz y");
        assertThat(shown(edited("x y", "y", "z", PREPEND_BEFORE, false))).isEqualTo("x zy");
    }

    @Test
    void w17FuzzyMatchReplacesOnlyWhatItFound() {
        assertThat(replaced("  say \u201chi\u201d now", "\"hi\"", "'ho'")).isEqualTo("  say 'ho' now" + NORMALIZED);
        assertThat(replaced("a \u2013 b, c", "a - b", "x")).isEqualTo("x, c" + NORMALIZED);
        assertThat(replaced("a\u00a0b \u200bc", "a b c", "x")).isEqualTo("x" + NORMALIZED);
        assertThat(replaced("\ufeffsay \u201chi\u201d", "say \"hi\"", "x")).isEqualTo("\ufeffx" + NORMALIZED);
    }

    @Test
    void w17BlanksAroundAMatchStay() {
        assertThat(replaced("a  \nb\t\nc", "a\nb", "x\ny")).isEqualTo("x\ny\t\nc" + TRIMMED_ENDS);
        assertThat(replaced("a\nb", "a   \nb", "x")).isEqualTo("x" + TRIMMED_ENDS);
    }

    @Test
    void w17IndentationOfTheFileStays() {
        String text = "def f():\n        if x:\n            y()\n        return\n";
        assertThat(replaced(text, "if x:\n    y()", "if x:\n    z()\n    w()"))
                .isEqualTo("def f():\n        if x:\n            z()\n            w()\n        return\n" + TRIMMED);
        assertThat(replaced(text, "    if x:\n        y()\n", "    if z:\n        y()\n"))
                .isEqualTo("def f():\n        if z:\n            y()\n        return\n" + TRIMMED);
        assertThat(replaced(text, "      if x:\n y()", "      if z:\n y()")).contains("        if z:\n y()\n");
    }

    @Test
    void w17InsertionsBesideAFuzzyMatchKeepTheLinesWhole() {
        String text = "{\n\tfoo();\n\tbar();\n}\n";
        assertThat(shown(edited(text, "  foo();", "  pre();\n", PREPEND_BEFORE, false)))
                .isEqualTo("{\n\tpre();\n\tfoo();\n\tbar();\n}\n" + TRIMMED);
        assertThat(shown(edited(text, "  foo();", "\n  post();", APPEND_AFTER, false)))
                .isEqualTo("{\n\tfoo();\n\tpost();\n\tbar();\n}\n" + TRIMMED);
    }

    @Test
    void oldTextThatBeganWithBlanksMustBeginALine() {
        assertThatThrownBy(() -> replaced("xfoo\n", "  foo", "y")).hasMessage("old_str not found in file.");
        assertThatThrownBy(() -> replaced("foox\n", "foo  \n  ", "y")).hasMessage("old_str not found in file.");
        assertThatThrownBy(() -> replaced("a\n\nb\n", " \n\t", "y")).hasMessage("old_str not found in file.");
    }

    @Test
    void w17FuzzyMatchesMustBeUniqueInEveryMode() {
        for (EditCall.Mode mode : EditCall.Mode.values()) {
            assertThatThrownBy(() -> edited("\u201ca\u201d \u201ca\u201d", "\"a\"", "b", mode, false))
                    .hasMessage(
                            "old_str appears 2 times" + NORMALIZED + ". Use replace_all=true or provide more context.");
        }
        assertThat(shown(edited("\u201ca\u201d \u201ca\u201d", "\"a\"", "b", REPLACE, true)))
                .isEqualTo("b b" + NORMALIZED);
    }

    @Test
    void w18LineEndsOfTheFileAreKept() {
        assertThat(replaced("a\r\nb\r\nc\r\n", "a\nb", "x\ny\nz")).isEqualTo("x\r\ny\r\nz\r\nc\r\n");
        assertThat(replaced("a\r\nb\r\n", "b", "x\ny")).isEqualTo("a\r\nx\r\ny\r\n");
        assertThat(replaced("a\r\nb\r\n", "a\r\nb", "x\r\ny")).isEqualTo("x\r\ny\r\n");
        assertThat(replaced("a\nb\n", "b", "x\ny")).isEqualTo("a\nx\ny\n");
        assertThat(replaced("a\nb\nc\r\nd\r\ne\r\n", "a\nb", "x\ny")).isEqualTo("x\ny\nc\r\nd\r\ne\r\n");
        assertThatThrownBy(() -> replaced("a\r\nb", "a\nb\n", "x")).hasMessage("old_str not found in file.");
    }

    @Test
    void bytesThatAreNoTextSurvive() {
        String text = Octets.of(new byte[] {(byte) 0xff, 'a', (byte) 0xc3, '\n', (byte) 0x80});
        Edited edited = Edited.of(text, new EditCall("f", "a", "b", false, REPLACE));
        assertThat(Octets.bytes(edited.text())).containsExactly(0xff, 'b', 0xc3, '\n', 0x80);
    }

    @Test
    void growthIsBounded() {
        assertThatThrownBy(() -> edited("a".repeat(2000), "a", "b".repeat(1000), REPLACE, true))
                .hasMessageContaining("would grow by more than");
        assertThatThrownBy(() -> replaced("a  \nb", "a\nb", "a  \nb")).hasMessageContaining("would change nothing");
    }

    @Test
    void growthUpToTheBoundIsTaken() {
        String most = "b".repeat(Edited.MOST_GROWTH);
        assertThat(replaced("a", "a", most + "b")).hasSize(Edited.MOST_GROWTH + 1);
        assertThatThrownBy(() -> replaced("a", "a", most + "bb")).hasMessageContaining("would grow by more than");
    }

    @Test
    void oldTextThatEndedWithBlanksMustEndALine() {
        assertThatThrownBy(() -> replaced("one two", "one   ", "x")).hasMessageContaining("not found");
        assertThat(replaced("one\ntwo", "one  ", "x")).startsWith("x\ntwo");
        assertThat(replaced("two\none", "one  ", "x")).startsWith("two\nx");
    }

    @Test
    void lineEndsOfMostLinesAreTaken() {
        assertThat(replaced("a b\r\nc\r\nd\n", "b", "x\ny")).isEqualTo("a x\r\ny\r\nc\r\nd\n");
        assertThat(replaced("a b\r\nc\n", "b", "x\ny")).isEqualTo("a x\ny\r\nc\n");
        assertThat(replaced("\na b", "b", "x\ny")).isEqualTo("\na x\ny");
    }
}

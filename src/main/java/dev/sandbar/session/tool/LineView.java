package dev.sandbar.session.tool;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Numbers the lines of a file that comes in pieces, and keeps those that are asked for. Only a line feed ends a line, and a
 * carriage return before it belongs to the end. What isn't UTF-8 is shown as U+FFFD. Holds a bounded part of each line, and
 * of all of them.
 */
final class LineView {

    static final int LONGEST_LINE = 4000;
    static final int MOST = 400_000;
    private static final int HELD_BYTES = 4 * LONGEST_LINE + 1;

    private final ReadCall call;
    private final StringBuilder shown = new StringBuilder();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long number = 1;
    private long lastShown;
    private long lineBytes;
    private long lineCharacters;
    private boolean full;

    LineView(ReadCall call) {
        this.call = call;
    }

    void take(byte[] bytes) {
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\n') continue;
            hold(bytes, from, i);
            endLine();
            from = i + 1;
        }
        hold(bytes, from, bytes.length);
    }

    /** All lines, from the file's first to its last, were taken. */
    void end() {
        if (lineBytes > 0) endLine();
    }

    private void hold(byte[] bytes, int from, int to) {
        if (to == from) return;
        if (isWanted()) {
            for (int i = from; i < to; i++) {
                if ((bytes[i] & 0xc0) != 0x80) lineCharacters++;
            }
            line.write(bytes, from, Math.min(to - from, Math.max(0, HELD_BYTES - line.size())));
        }
        lineBytes += to - from;
    }

    private boolean isWanted() {
        return !full && number >= call.first() && number - call.first() < call.lines();
    }

    private void endLine() {
        if (isWanted()) show();
        line.reset();
        lineBytes = 0;
        lineCharacters = 0;
        number++;
    }

    private void show() {
        String text = number + "\t" + readable();
        if (shown.length() + text.length() + 1 > MOST) {
            full = true;
            return;
        }
        if (lastShown > 0) shown.append('\n');
        shown.append(text);
        lastShown = number;
    }

    private String readable() {
        String text = line.toString(StandardCharsets.UTF_8);
        int characters = text.codePointCount(0, text.length());
        if (characters <= LONGEST_LINE && lineBytes <= line.size()) {
            return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        }
        String cut = text.substring(0, text.offsetByCodePoints(0, Math.min(characters, LONGEST_LINE)));
        long more = Math.max(lineCharacters, characters) - Math.min(characters, LONGEST_LINE);
        return cut + String.format(Locale.ROOT, "[... %,d more characters in this line]", more);
    }

    /** Whether the AI sees less than it may have expected. */
    boolean isTruncated() {
        return full || (call.rest() && number > call.first() && lastShown < number - 1);
    }

    String text() {
        if (!isTruncated()) return shown.toString();
        long next = Math.max(lastShown + 1, call.first());
        return shown
                + String.format(
                        Locale.ROOT,
                        "%n%n[Lines %d to %d of %d are shown. Go on with offset=%d.]".replace("%n", "\n"),
                        call.first(),
                        lastShown,
                        number - 1,
                        next);
    }
}

package dev.sandbar.session.tool;

/**
 * Takes what is meant for a terminal out of text that comes in pieces, cut anywhere: colours and moves (CSI), titles and
 * links (OSC), other strings and short sequences that begin with ESC.
 *
 * <p>What only looks like the begin of a sequence loses its ESC and nothing else. At most 4,096 characters are held back.
 */
final class EscapeFilter {

    private static final char ESC = '\u001b';
    private static final char BELL = '\u0007';
    private static final int MOST_HELD = 4096;
    private static final String BEGIN_STRINGS = "]PX^_";

    private enum State {
        TEXT,
        BEGUN,
        CONTROL,
        STRING,
        STRING_ENDS
    }

    private final StringBuilder held = new StringBuilder();
    private State state = State.TEXT;

    String take(String text) {
        if (state == State.TEXT && text.indexOf(ESC) < 0) return text;
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) take(text.charAt(i), out);
        return out.toString();
    }

    /** What was held back and can't become a sequence any more; nothing follows. */
    String end() {
        String rest = state == State.TEXT ? "" : held.toString();
        state = State.TEXT;
        held.setLength(0);
        return rest;
    }

    private void take(char c, StringBuilder out) {
        switch (state) {
            case TEXT -> text(c, out);
            case BEGUN -> begun(c, out);
            case CONTROL -> control(c, out);
            case STRING -> string(c, out);
            case STRING_ENDS -> {
                if (c == '\\') drop();
                else begin(c, out);
            }
        }
    }

    private void text(char c, StringBuilder out) {
        if (c == ESC) state = State.BEGUN;
        else out.append(c);
    }

    /** A string that is broken off by another sequence is over. */
    private void begin(char c, StringBuilder out) {
        held.setLength(0);
        state = State.BEGUN;
        begun(c, out);
    }

    private void begun(char c, StringBuilder out) {
        if (held.isEmpty() && c == '[') hold(c, State.CONTROL, out);
        else if (held.isEmpty() && BEGIN_STRINGS.indexOf(c) >= 0) hold(c, State.STRING, out);
        else if (c >= ' ' && c <= '/') hold(c, State.BEGUN, out);
        else if (c >= '0' && c <= '~') drop();
        else giveUp(c, out);
    }

    private void control(char c, StringBuilder out) {
        if (c >= ' ' && c <= '?') hold(c, State.CONTROL, out);
        else if (c >= '@' && c <= '~') drop();
        else giveUp(c, out);
    }

    private void string(char c, StringBuilder out) {
        if (c == BELL) drop();
        else if (c == ESC) state = State.STRING_ENDS;
        else if (c == '\n') giveUp(c, out);
        else hold(c, State.STRING, out);
    }

    private void hold(char c, State next, StringBuilder out) {
        if (held.length() == MOST_HELD) {
            giveUp(c, out);
        } else {
            held.append(c);
            state = next;
        }
    }

    private void drop() {
        held.setLength(0);
        state = State.TEXT;
    }

    private void giveUp(char c, StringBuilder out) {
        out.append(held);
        drop();
        text(c, out);
    }
}

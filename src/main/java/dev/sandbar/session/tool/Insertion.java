package dev.sandbar.session.tool;

import java.util.List;

/**
 * The new text of an edit, as it fits to a place of the file: with the line ends of that place, and, where the place was
 * found without regard to indentation, moved by as much as the old text is.
 */
final class Insertion {

    private final String text;
    private final EditCall call;
    private final Likeness likeness;
    private final boolean returns;

    /** @param text the whole file */
    Insertion(String text, EditCall call, Likeness likeness) {
        this.text = text;
        this.call = call;
        this.likeness = likeness;
        this.returns = isMostlyReturns(text);
    }

    private static boolean isMostlyReturns(String text) {
        int feeds = 0;
        int returns = 0;
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            feeds++;
            if (at > 0 && text.charAt(at - 1) == '\r') returns++;
        }
        return returns > feeds - returns;
    }

    String at(Match place) {
        String inserted = likeness.trimsBegins() ? moved(place) : call.newText();
        String found = place.in(text);
        boolean withReturns = found.indexOf('\n') < 0 ? returns : found.contains("\r\n");
        return withReturns ? inserted.replace("\r\n", "\n").replace("\n", "\r\n") : inserted;
    }

    private String moved(Match place) {
        String before = place.before(text);
        String first = firstLine(call.oldText());
        if (!before.isBlank() || first.isBlank()) return call.newText();
        String from = Octets.indentation(first);
        String inserted = call.newText();
        boolean begins = call.mode() != EditCall.Mode.APPEND_AFTER;
        if (begins && inserted.startsWith(from)) inserted = inserted.substring(from.length());
        if (isMovedAsAWhole(place, from, before)) inserted = move(inserted, from, before);
        boolean splits = call.mode() == EditCall.Mode.PREPEND_BEFORE && inserted.endsWith("\n");
        return splits ? inserted + before : inserted;
    }

    private static String firstLine(String text) {
        int feed = text.indexOf('\n');
        return feed < 0 ? text : text.substring(0, feed);
    }

    /** Whether all lines of the old text differ from the file's by the same indentation. */
    private boolean isMovedAsAWhole(Match place, String from, String to) {
        List<String> wanted = call.oldText().lines().toList();
        List<String> found = place.in(text).lines().toList();
        for (int i = 1; i < Math.min(wanted.size(), found.size()); i++) {
            String line = wanted.get(i);
            if (line.isBlank()) continue;
            String indentation = Octets.indentation(line);
            if (!indentation.startsWith(from)) return false;
            if (!Octets.indentation(found.get(i)).equals(to + indentation.substring(from.length()))) return false;
        }
        return true;
    }

    /** All lines but the first, which stands behind the file's own indentation. */
    private static String move(String inserted, String from, String to) {
        String[] lines = inserted.split("\n", -1);
        for (int i = 1; i < lines.length; i++) {
            if (lines[i].isBlank() || !lines[i].startsWith(from)) continue;
            lines[i] = to + lines[i].substring(from.length());
        }
        return String.join("\n", lines);
    }
}

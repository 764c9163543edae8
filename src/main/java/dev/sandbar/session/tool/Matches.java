package dev.sandbar.session.tool;

import java.util.ArrayList;
import java.util.List;

/** The places of a text that is wanted, as strictly alike as any are. */
record Matches(Likeness likeness, List<Match> places) {

    /** Looks by one likeness after the other, and stops where something is found. */
    static Matches of(String text, String wanted) {
        List<Match> exact = exact(text, wanted);
        if (!exact.isEmpty()) return new Matches(Likeness.EXACT, exact);
        for (Likeness likeness : Likeness.values()) {
            if (likeness == Likeness.EXACT) continue;
            List<Match> found = Fold.of(text, likeness).find(Fold.of(wanted, likeness));
            if (!found.isEmpty()) return new Matches(likeness, found);
        }
        return new Matches(Likeness.EXACT, List.of());
    }

    private static List<Match> exact(String text, String wanted) {
        List<Match> found = new ArrayList<>();
        int at = text.indexOf(wanted);
        while (at >= 0) {
            found.add(new Match(at, at + wanted.length()));
            at = text.indexOf(wanted, at + wanted.length());
        }
        return found;
    }
}

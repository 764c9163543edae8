package dev.sandbar.session.tool;

import java.util.List;

/**
 * What an edit makes of a text.
 *
 * @param count how many places were changed
 * @param note how they were found, where not as asked
 */
record Edited(String text, int count, String note) {

    static final int MOST_GROWTH = 1 << 20;

    /** Texts are {@link Octets}; {@link ToolFailure} says why nothing was changed. */
    static Edited of(String text, EditCall call) {
        Matches matches = Matches.of(text, call.oldText());
        List<Match> places = matches.places();
        if (places.isEmpty()) throw new ToolFailure("old_str not found in file.");
        if (places.size() > 1 && !call.all()) {
            throw new ToolFailure("old_str appears " + places.size() + " times"
                    + matches.likeness().note() + ". Use replace_all=true or provide more context.");
        }
        String edited = apply(text, call, matches);
        if (edited.equals(text))
            throw new ToolFailure("The edit would change nothing: the file reads like that already.");
        return new Edited(edited, places.size(), matches.likeness().note());
    }

    private static String apply(String text, EditCall call, Matches matches) {
        Insertion insertion = new Insertion(text, call, matches.likeness());
        StringBuilder edited = new StringBuilder();
        int done = 0;
        for (Match place : matches.places()) {
            int from = call.mode() == EditCall.Mode.APPEND_AFTER ? place.end() : place.begin();
            edited.append(text, done, from).append(insertion.at(place));
            done = call.mode() == EditCall.Mode.REPLACE ? place.end() : from;
            if (edited.length() - done > MOST_GROWTH) {
                throw new ToolFailure("The file would grow by more than " + MOST_GROWTH + " bytes. Use bash.");
            }
        }
        return edited.append(text, done, text.length()).toString();
    }
}

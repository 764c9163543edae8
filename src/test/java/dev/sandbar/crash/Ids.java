package dev.sandbar.crash;

import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds sandbox ids in what the machine shows. */
final class Ids {

    private static final Pattern ID = Pattern.compile("\\bi[a-z0-9]{20}\\b");

    private Ids() {}

    static Set<String> in(String text) {
        return ID.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }
}

package dev.sandbar.web;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the id in an answer. */
final class SandboxId {

    private static final Pattern ID = Pattern.compile("\"sandboxID\":\"([a-z0-9]+)\"");

    private SandboxId() {}

    static String in(@Nullable String body) {
        Matcher found = ID.matcher(String.valueOf(body));
        if (!found.find()) throw new AssertionError("no sandboxID in " + body);
        return found.group(1);
    }
}

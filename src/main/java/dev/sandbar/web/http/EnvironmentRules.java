package dev.sandbar.web.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What may be an environment variable. */
public final class EnvironmentRules {

    private static final int MOST = 512;
    private static final int BYTES = 32 * 1024;

    private EnvironmentRules() {}

    /**
     * Refuses what is to be kept for as long as a sandbox or a session lives, and is more than that is worth.
     *
     * @param field what the client calls them
     */
    public static void checkKept(String field, Map<String, String> variables) {
        if (variables.size() > MOST) throw tooMuch(field, MOST + " variables");
        long bytes = 0;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            check(variable.getKey(), variable.getValue());
            bytes += bytes(variable.getKey()) + bytes(variable.getValue());
        }
        if (bytes > BYTES) throw tooMuch(field, BYTES + " bytes in all names and values");
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static ApiException tooMuch(String field, String limit) {
        return ApiException.invalid("\"" + field + "\" has more than " + limit
                + ", which is the limit: give what a single command needs with that command");
    }

    /** Refuses names and values that no process could be given. */
    public static void check(String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
            throw ApiException.invalid("The name of an environment variable must not be empty or hold = or NUL");
        }
        if (value.indexOf('\0') >= 0) {
            throw ApiException.invalid("The value of the environment variable \"" + name + "\" must not hold NUL");
        }
    }
}

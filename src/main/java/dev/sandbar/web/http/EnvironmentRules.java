package dev.sandbar.web.http;

/** What may be an environment variable. */
public final class EnvironmentRules {

    private EnvironmentRules() {}

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

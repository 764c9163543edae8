package dev.sandbar.session.tool;

import org.jspecify.annotations.Nullable;

/**
 * Arguments of {@code read}.
 *
 * @param first number of the first line, from 1
 * @param lines how many at most
 * @param rest whether the AI is to be told that there are more
 */
record ReadCall(String path, int first, int lines, boolean rest) {

    static final int DEFAULT_LINES = 2000;

    static ReadCall of(Arguments arguments) {
        String path = Home.absolute(arguments.path("path"));
        @Nullable Integer offset = arguments.optionalNumber("offset", 0, Integer.MAX_VALUE);
        @Nullable Integer limit = arguments.optionalNumber("limit", 1, Integer.MAX_VALUE);
        int first = offset == null ? 1 : Math.max(1, offset);
        if (limit != null) return new ReadCall(path, first, limit, false);
        return new ReadCall(path, first, offset == null ? DEFAULT_LINES : Integer.MAX_VALUE, true);
    }
}

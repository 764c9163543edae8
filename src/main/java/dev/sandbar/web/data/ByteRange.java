package dev.sandbar.web.data;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A part of a file that a client asks for; both ends belong to it. */
record ByteRange(long first, long last) {

    private static final Pattern ONE = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");

    /** Null for none, and for kinds of ranges that are answered by the whole file, as HTTP allows. */
    static @Nullable ByteRange of(@Nullable String header) {
        Matcher range = ONE.matcher(header == null ? "" : header.trim());
        if (!range.matches()) return null;
        long first = Long.parseLong(range.group(1));
        long last = range.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(range.group(2));
        return last < first ? null : new ByteRange(first, last);
    }

    /** How many bytes; -1 for all to the end. */
    long length() {
        return last == Long.MAX_VALUE ? -1 : last - first + 1;
    }
}

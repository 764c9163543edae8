package dev.sandbar.web.data;

import dev.sandbar.runtime.FileEntry;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.springframework.http.HttpHeaders;

/**
 * Which version of a file a client has already. A version is a size and a time of change: weak, since two writes may
 * share both, so it tells copies apart but never joins parts of them.
 */
final class Versions {

    private static final String WEAK = "W/";

    private Versions() {}

    static String tag(FileEntry entry) {
        Instant modified = entry.modified();
        return WEAK
                + '"'
                + Long.toHexString(entry.size())
                + '-'
                + Long.toHexString(modified.getEpochSecond())
                + '-'
                + Integer.toHexString(modified.getNano())
                + '"';
    }

    /** Whether the client needs no copy: it has one of this tag or, where it names no tags, of this time or later. */
    static boolean isKnown(HttpHeaders asked, FileEntry entry) {
        List<String> tags = asked.getOrEmpty(HttpHeaders.IF_NONE_MATCH);
        if (!tags.isEmpty()) return tags.stream().anyMatch(line -> names(line, tag(entry)));
        long since = asked.getIfModifiedSince();
        return since >= 0 && Math.floorDiv(since, 1000L) >= entry.modified().getEpochSecond();
    }

    private static boolean names(String line, String tag) {
        String bare = tag.substring(WEAK.length());
        return Arrays.stream(line.split(",", -1))
                .map(String::strip)
                .anyMatch(each -> each.equals("*") || each.equals(bare) || each.equals(tag));
    }
}

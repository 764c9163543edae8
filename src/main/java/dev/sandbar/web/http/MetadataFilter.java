package dev.sandbar.web.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** E2B's metadata filter: pairs that are percent-encoded twice more than the query they stand in. */
public final class MetadataFilter {

    private MetadataFilter() {}

    /** Reads the value of the query's parameter, which has been decoded once. */
    public static Map<String, String> parse(String value) {
        Map<String, String> pairs = new HashMap<>();
        for (String pair : decode(value).split("&", -1)) {
            if (pair.isEmpty()) continue;
            String[] sides = pair.split("=", -1);
            if (sides.length != 2) throw wrong();
            pairs.put(decode(sides[0]), decode(sides[1]));
        }
        return pairs;
    }

    private static String decode(String text) {
        if (!Unicode.isEscapedUtf8(text)) throw wrong();
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw wrong();
        }
    }

    private static ApiException wrong() {
        return ApiException.invalid("\"metadata\" must be key=value pairs joined by &, each side URL-encoded");
    }
}

package dev.sandbar.web.http;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;

/** What {@code If-Match} asks for, by RFC 9110: one of some versions of a document, or any. */
public final class EntityTags {

    private static final Pattern LIST = Pattern.compile("\\s*((W/)?\"[\\x21\\x23-\\x7e\\x80-\\xff]*\"\\s*(,\\s*|$))+");
    private static final Pattern TAG = Pattern.compile("(W/)?\"[^\"]*\"");

    private EntityTags() {}

    /** Whether a document's tag is one that this request accepts; {@link ApiException} 400 for what is no list of tags. */
    public static Predicate<String> accepted(ServerRequest request) {
        List<String> lines = request.headers().header(HttpHeaders.IF_MATCH);
        String list = String.join(",", lines).strip();
        if (lines.isEmpty() || list.equals("*")) return tag -> true;
        if (!LIST.matcher(list).matches()) {
            throw ApiException.invalid("If-Match must be * or entity tags in quotes, such as ETag gives them");
        }
        List<String> tags = TAG.matcher(list).results().map(MatchResult::group).toList();
        return tags::contains;
    }
}

package dev.sandbar.web.http;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;

/** The token of an {@code Authorization: Bearer} header; other schemes are none of its business. */
public final class Bearer {

    private static final String SCHEME = "Bearer";

    private Bearer() {}

    /** What was presented, which may be empty; null without such a header. */
    public static @Nullable String of(ServerRequest request) {
        String header = request.headers().firstHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) return null;
        String rest = header.substring(SCHEME.length());
        return rest.isEmpty() || rest.startsWith(" ") ? rest.strip() : null;
    }
}

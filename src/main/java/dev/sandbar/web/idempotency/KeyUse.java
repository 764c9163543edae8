package dev.sandbar.web.idempotency;

import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Digests;
import dev.sandbar.web.http.Owners;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * One request with a key. Neither the key nor the body is kept, only their digests.
 *
 * @param id of owner, route and key: what is the same for a request and its repetitions
 * @param fingerprint of the whole request: what must be the same too
 */
public record KeyUse(String owner, String id, String fingerprint) {

    static final String HEADER = "Idempotency-Key";
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    /**
     * The use of a key by whatever kind of call.
     *
     * @param route what the key belongs to besides its owner: another route's key is another one
     * @param body all that the outcome depends on
     */
    public static KeyUse of(String owner, String route, String key, byte[] body) {
        String fingerprint = Digests.sha256(route.getBytes(StandardCharsets.UTF_8), body);
        return new KeyUse(owner, Digests.sha256(owner, route, key), fingerprint);
    }

    /** That of a request, or null when it has no key; {@link ApiException} 400 for what is no key. */
    static @Nullable KeyUse of(ServerRequest request, byte[] body) {
        String key = key(request);
        if (key == null) return null;
        String query = request.uri().getRawQuery();
        String route = request.method() + " " + request.uri().getRawPath();
        KeyUse use = of(Owners.of(request), route, key, body);
        return query == null ? use : new KeyUse(use.owner(), use.id(), Digests.sha256(use.fingerprint(), query));
    }

    /** The request's key, or null; {@link ApiException} 400 for what is none. */
    static @Nullable String key(ServerRequest request) {
        List<String> keys = request.headers().header(HEADER);
        if (keys.isEmpty()) return null;
        if (keys.size() == 1 && KEY.matcher(keys.get(0)).matches()) return keys.get(0);
        throw ApiException.invalid(HEADER + " must be given once, as 1 to 255 visible ASCII characters");
    }
}

package dev.sandbar.web.data;

import dev.sandbar.web.http.ApiException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.ServerRequest;

/** Signed URLs of files: a hash of what they allow and of the sandbox's token. */
final class Signatures {

    private final Clock clock;

    Signatures(Clock clock) {
        this.clock = clock;
    }

    static boolean isSigned(ServerRequest request) {
        return query(request, "signature") != null;
    }

    /** Refuses a request without a signature. */
    String require(ServerRequest request) {
        String presented = query(request, "signature");
        if (presented == null) throw new ApiException(401, "missing signature query parameter");
        return presented;
    }

    /** Whether the request's signature was made with this token; refuses a request without one. */
    boolean match(ServerRequest request, String token) {
        String presented = require(request);
        return MessageDigest.isEqual(ascii(expected(request, token)), ascii(presented));
    }

    /** Refuses a request whose signature has expired. */
    void checkExpiry(ServerRequest request) {
        String expiration = query(request, "signature_expiration");
        if (expiration == null) return;
        try {
            if (Long.parseLong(expiration) >= clock.instant().getEpochSecond()) return;
        } catch (NumberFormatException malformed) {
            throw ApiException.invalid("\"signature_expiration\" must be a time in Unix seconds");
        }
        throw new ApiException(401, "signature is already expired");
    }

    static ApiException invalid() {
        return new ApiException(401, "invalid signature");
    }

    private static String expected(ServerRequest request, String token) {
        String operation = request.method().equals(HttpMethod.POST) ? "write" : "read";
        String expiration = query(request, "signature_expiration");
        String text = text(request, "path") + ":" + operation + ":" + text(request, "username") + ":" + token
                + (expiration == null ? "" : ":" + expiration);
        return "v1_" + Base64.getEncoder().withoutPadding().encodeToString(sha256(text));
    }

    private static @Nullable String query(ServerRequest request, String name) {
        return request.queryParams().getFirst(name);
    }

    private static String text(ServerRequest request, String name) {
        return Objects.requireNonNullElse(query(request, name), "");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}

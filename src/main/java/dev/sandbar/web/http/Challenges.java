package dev.sandbar.web.http;

import dev.sandbar.token.TokenException;
import org.jspecify.annotations.Nullable;

/** Which credential is missing where nobody was let in, as {@code WWW-Authenticate} says it. */
public final class Challenges {

    /** An API key, or another credential in a header of E2B's. */
    public static final String KEY = "ApiKey realm=\"Sandbar\"";

    private Challenges() {}

    /** Null where it isn't a credential that is missing. */
    public static @Nullable String of(Throwable error) {
        if (error instanceof TokenException refusal) {
            return refusal instanceof TokenException.TooMany ? null : "Bearer error=\"invalid_token\"";
        }
        if (!(error instanceof ApiException refusal) || refusal.failure().status() != 401) return null;
        return refusal.challenge() == null ? KEY : refusal.challenge();
    }
}

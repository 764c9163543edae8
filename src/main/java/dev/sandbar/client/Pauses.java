package dev.sandbar.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * For how long a server isn't asked again after it failed, by the kind of failure. All grow with each failure in a row, up
 * to a bound; a server that says when to come again is believed within a minute.
 */
final class Pauses {

    static final Duration LONGEST_WISH = Duration.ofMinutes(1);

    private enum Kind {
        GONE(2_000, 30_000),
        FORBIDDEN(1_000, 15_000),
        RATE_LIMITED(500, 8_000),
        TRANSIENT(250, 1_000);

        private final long first;
        private final long longest;

        Kind(long first, long longest) {
            this.first = first;
            this.longest = longest;
        }
    }

    private Pauses() {}

    /** The pause behind a failure before which others had failed in a row. */
    static Duration after(Throwable error, int others) {
        Kind kind = kind(error);
        Duration pause = Duration.ofMillis(Math.min(kind.longest, kind.first << Math.min(others, 10)));
        Duration wish = error instanceof SandboxApiException refusal ? refusal.retryAfter() : null;
        if (wish == null || wish.compareTo(pause) <= 0) return pause;
        return wish.compareTo(LONGEST_WISH) < 0 ? wish : LONGEST_WISH;
    }

    /** Whether the server says that there is no such sandbox. */
    static boolean gone(Throwable error) {
        return kind(error) == Kind.GONE;
    }

    private static Kind kind(Throwable error) {
        if (!(error instanceof SandboxApiException refusal)) return Kind.TRANSIENT;
        return switch (refusal.status()) {
            case 404, 410 -> Kind.GONE;
            case 401, 403 -> Kind.FORBIDDEN;
            case 429 -> Kind.RATE_LIMITED;
            default -> Kind.TRANSIENT;
        };
    }

    /** What those are told who ask within the pause: it says so, and its cause is the original. */
    static SandboxClientException remembered(String what, Throwable error, long nanos) {
        Duration pause = Duration.ofNanos(nanos);
        String message = what + " failed less than " + pause.toMillis() + " ms ago, and the server wasn't asked again: "
                + reason(error);
        if (!(error instanceof SandboxApiException refusal)) return new SandboxClientException(message, error);
        return new SandboxApiException(refusal.status(), refusal.code(), message, pause, refusal);
    }

    private static @Nullable String reason(Throwable error) {
        return error instanceof SandboxClientException
                ? error.getMessage()
                : error.getClass().getSimpleName();
    }
}

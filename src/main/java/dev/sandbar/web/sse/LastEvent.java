package dev.sandbar.web.sse;

import dev.sandbar.web.http.ApiException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;

/** Reads where a client wants to go on. */
public final class LastEvent {

    private static final int DIGITS = 18;

    private LastEvent() {}

    /**
     * The last event that the client has seen, 0 for none: by the header {@code Last-Event-ID}, or by {@code ?after=},
     * which a client that comes again by itself still has from its first time. {@link ApiException} 400 for anything but
     * a number.
     */
    public static long of(ServerRequest request) {
        String header = request.headers().firstHeader("Last-Event-ID");
        if (header != null && !header.isBlank()) return number("Last-Event-ID", header.strip());
        @Nullable String parameter = request.queryParams().getFirst("after");
        return parameter == null || parameter.isBlank() ? 0 : number("after", parameter.strip());
    }

    private static long number(String name, String text) {
        boolean digits = text.length() <= DIGITS && text.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        if (!digits) throw ApiException.invalid("\"" + name + "\" must be the number of an event, such as 12");
        return Long.parseLong(text);
    }
}

package dev.sandbar.client;

import dev.sandbar.async.Texts;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import reactor.core.publisher.Mono;

/** Body of a refusal, in Sandbar's, E2B's and Connect's words. */
record Refusal(
        @Nullable Object code,
        @Nullable String message,
        @Nullable String detail,
        @Nullable Object error,
        @Nullable Object retryAfter,
        @Nullable String sandboxId,
        @Nullable Object port) {

    private static final int LIMIT = 64 * 1024;
    private static final int LONGEST_TEXT = 500;
    private static final int BAD_GATEWAY = 502;
    private static final Refusal UNREADABLE = new Refusal(null, null, null, null, null, null, null);

    /** What a server has said by an answer that isn't a success; also where it said it in a form that nobody knows. */
    static Mono<SandboxApiException> of(Answer answer) {
        return answer.joined(LIMIT)
                .map(json -> json.length == 0 ? UNREADABLE : Wire.read(json, Refusal.class, answer.name()))
                .onErrorReturn(SandboxTransportException.class, UNREADABLE)
                .map(refusal -> refusal.toException(answer));
    }

    private SandboxApiException toException(Answer answer) {
        int status = answer.status();
        return new SandboxApiException(status, codeOf(status), text(answer), pause(answer.headers()));
    }

    private String codeOf(int status) {
        boolean named = sandboxId != null && port == null;
        if (status == BAD_GATEWAY && (named || SandboxApiException.SANDBOX_GONE.equals(error))) {
            return SandboxApiException.SANDBOX_GONE;
        }
        return code == null ? Integer.toString(status) : cut(code.toString());
    }

    private String text(Answer answer) {
        String said = message == null ? detail : message;
        if (said != null) return cut(said);
        HttpStatus known = HttpStatus.resolve(answer.status());
        return answer.name() + " was answered by " + (known == null ? "status " + answer.status() : known.toString());
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : Texts.begin(text, LONGEST_TEXT) + "…";
    }

    /** By the header, in seconds or as a time, else by the body. */
    private @Nullable Duration pause(HttpHeaders headers) {
        String header = headers.getFirst(HttpHeaders.RETRY_AFTER);
        if (header == null) return retryAfter == null ? null : seconds(retryAfter.toString());
        return Character.isDigit(header.charAt(0)) ? seconds(header) : until(header, headers);
    }

    private static @Nullable Duration seconds(String text) {
        return text.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(text)) : null;
    }

    /** By the server's own clock. */
    private static @Nullable Duration until(String time, HttpHeaders headers) {
        Instant then = httpTime(time);
        Instant now = httpTime(headers.getFirst(HttpHeaders.DATE));
        if (then == null || now == null) return null;
        return then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
    }

    static @Nullable Instant httpTime(@Nullable String text) {
        if (text == null) return null;
        try {
            return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeException malformed) {
            return null;
        }
    }
}

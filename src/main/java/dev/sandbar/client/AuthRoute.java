package dev.sandbar.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sandbar's short-lived tokens: {@code POST /sandboxes/{id}/auth}. */
final class AuthRoute implements TokenSource {

    private final Http http;
    private final ClientSettings settings;
    private final Consumer<HttpHeaders> key;

    AuthRoute(Http http, ClientSettings settings, Consumer<HttpHeaders> key) {
        this.http = http;
        this.settings = settings;
        this.key = key;
    }

    /** Only what is said to be unusable may be missing: a time that can't be read is none. */
    record View(
            @Nullable String token,
            @Nullable String gatewayUrl,
            @Nullable String expiresAt,
            @Nullable Long expiresIn,
            @Nullable Boolean gpu) {

        TokenAnswer toAnswer(@Nullable Instant serverTime) {
            return new TokenAnswer(
                    Wire.required(token, "token", "A token"),
                    gatewayUrl == null ? null : uri(gatewayUrl),
                    time(expiresAt),
                    expiresIn == null ? null : Duration.ofSeconds(expiresIn),
                    serverTime,
                    gpu);
        }

        private static URI uri(String text) {
            try {
                URI uri = new URI(text);
                if (uri.getHost() != null) return uri;
            } catch (URISyntaxException malformed) {
                // refused below
            }
            throw Wire.malformed("A token", "its gatewayUrl is no address");
        }

        private static @Nullable Instant time(@Nullable String text) {
            try {
                return text == null ? null : Instant.parse(text);
            } catch (DateTimeException unreadable) {
                return null;
            }
        }

        /** Leaves the secret out. */
        @Override
        public String toString() {
            return "View[expiresAt=" + expiresAt + "]";
        }
    }

    @Override
    public Mono<TokenAnswer> issue(String sandboxId) {
        return ask(Call.post("/sandboxes/{id}/auth", sandboxId), this::read);
    }

    private Flux<TokenAnswer> read(Answer answer) {
        Instant now = Refusal.httpTime(answer.header(HttpHeaders.DATE));
        return answer.joined(settings.maxJson())
                .map(json -> Wire.read(json, View.class, answer.name()).toAnswer(now))
                .flux();
    }

    /** Comes with the token. */
    @Override
    public Mono<Boolean> gpu(String sandboxId) {
        return issue(sandboxId).map(answer -> Boolean.TRUE.equals(answer.gpu()));
    }

    private <T> Mono<T> ask(Call call, Answer.Reader<T> read) {
        return http.send(call, settings.server(), settings.limits().response(), key, read)
                .singleOrEmpty();
    }
}

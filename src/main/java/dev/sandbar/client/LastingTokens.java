package dev.sandbar.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;

/**
 * E2B's access tokens, which live as long as their sandbox: they come with it when it is created or connected to, and are
 * asked for with {@code GET /sandboxes/{id}} otherwise. A sandbox without one has an empty token.
 */
final class LastingTokens implements TokenSource {

    private static final int MOST = 10_000;

    private final Http http;
    private final ClientSettings settings;
    private final Consumer<HttpHeaders> key;
    private final Map<String, TokenAnswer> given = new LinkedHashMap<>();

    LastingTokens(Http http, ClientSettings settings, Consumer<HttpHeaders> key) {
        this.http = http;
        this.settings = settings;
        this.key = key;
    }

    /** A sandbox has come with this token; kept until it is asked for, once. */
    void came(String sandboxId, @Nullable String token) {
        synchronized (given) {
            if (given.size() >= MOST) given.remove(given.keySet().iterator().next());
            given.put(sandboxId, answer(token));
        }
    }

    @Override
    public Mono<TokenAnswer> issue(String sandboxId) {
        return Mono.defer(() -> {
            TokenAnswer known = take(sandboxId);
            return known == null ? fetch(sandboxId) : Mono.just(known);
        });
    }

    private @Nullable TokenAnswer take(String sandboxId) {
        synchronized (given) {
            return given.remove(sandboxId);
        }
    }

    private Mono<TokenAnswer> fetch(String sandboxId) {
        Answer.Reader<SandboxInfo.View> read = Answer.json(SandboxInfo.View.class, settings.maxJson());
        return http.send(
                        Call.get("/sandboxes/{id}", sandboxId),
                        settings.server(),
                        settings.limits().response(),
                        key,
                        read)
                .singleOrEmpty()
                .map(view -> answer(view.envdAccessToken()));
    }

    private static TokenAnswer answer(@Nullable String token) {
        return new TokenAnswer(token == null ? "" : token, null, null, Duration.ofDays(1), null, null);
    }

    /** Nobody says. */
    @Override
    public Mono<Boolean> gpu(String sandboxId) {
        return Mono.just(false);
    }
}

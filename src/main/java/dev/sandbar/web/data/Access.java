package dev.sandbar.web.data;

import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.token.AccessTokens;
import dev.sandbar.token.BearerTokens;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Bearer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;

/** The tokens that open a sandbox: the long-lived one, which decides alone where it is presented, and short-lived ones. */
final class Access {

    private static final String TOKEN = "X-Access-Token";
    private static final int SPARE = 100;

    private final Sandboxes sandboxes;
    private final AccessTokens tokens;
    private final BearerTokens bearers;

    /** Those of running sandboxes, and of few that have ended since: looking for a token makes none anew. */
    private final Map<String, String> made = new ConcurrentHashMap<>();

    Access(Sandboxes sandboxes, AccessTokens tokens, BearerTokens bearers) {
        this.sandboxes = sandboxes;
        this.tokens = tokens;
        this.bearers = bearers;
    }

    /** Completes for whoever may enter, fails for everybody else. */
    Mono<Void> check(ServerRequest request, Sandbox sandbox) {
        String presented = token(request);
        String bearer = Bearer.of(request);
        if (presented == null && bearer != null)
            return bearers.verify(bearer, sandbox.id()).then();
        if (presented != null && tokens.matches(sandbox.id(), presented)) return Mono.empty();
        String what = presented == null ? "missing" : "wrong";
        return Mono.error(() -> new ApiException(401, "unauthorized access, the header " + TOKEN + " is " + what));
    }

    /** Whether the request has a long-lived token, right or wrong. */
    static boolean isPresented(ServerRequest request) {
        return token(request) != null;
    }

    static @Nullable String token(ServerRequest request) {
        return request.headers().firstHeader(TOKEN);
    }

    /** The running sandbox whose long-lived token the request has; clients take 502 for the end of theirs. */
    Sandbox owner(ServerRequest request) {
        String presented = Objects.requireNonNull(token(request));
        if (!AccessTokens.hasForm(presented)) throw new ApiException(401, "The header " + TOKEN + " holds no token");
        Sandbox owner = find(token -> MessageDigest.isEqual(bytes(token), bytes(presented)));
        if (owner == null) throw new ApiException(502, "No running sandbox has this " + TOKEN);
        return owner;
    }

    /** The running sandbox with such a token, or null. */
    @Nullable Sandbox find(Predicate<String> wanted) {
        List<Sandbox> running = sandboxes.list();
        if (made.size() > 2 * running.size() + SPARE) {
            made.keySet().retainAll(running.stream().map(Sandbox::id).collect(Collectors.toSet()));
        }
        return running.stream()
                .filter(sandbox -> wanted.test(made.computeIfAbsent(sandbox.id(), tokens::of)))
                .findFirst()
                .orElse(null);
    }

    /** What signatures are made with. */
    String longLived(Sandbox sandbox) {
        return tokens.of(sandbox.id());
    }

    private static byte[] bytes(String token) {
        return token.getBytes(StandardCharsets.UTF_8);
    }
}

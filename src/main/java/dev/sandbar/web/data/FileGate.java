package dev.sandbar.web.data;

import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.token.AccessTokens;
import dev.sandbar.web.connect.ConnectError;
import dev.sandbar.web.http.ApiException;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Who may read and write files: whoever holds the sandbox's token, or a URL that was signed with it. */
final class FileGate {

    private final Sandboxes sandboxes;
    private final AccessTokens tokens;
    private final Signatures signatures;

    FileGate(Sandboxes sandboxes, AccessTokens tokens, Signatures signatures) {
        this.sandboxes = sandboxes;
        this.tokens = tokens;
        this.signatures = signatures;
    }

    /** For requests that name their sandbox. */
    HandlerFilterFunction<ServerResponse, ServerResponse> named() {
        return (request, next) -> {
            check(request, Gate.sandbox(request));
            return handle(request, next);
        };
    }

    /** For signed URLs that name no sandbox: it is the one with whose token they were signed. */
    HandlerFilterFunction<ServerResponse, ServerResponse> unnamed() {
        return (request, next) -> {
            Sandbox signer = sandboxes.list().stream()
                    .filter(sandbox -> signatures.match(request, tokens.of(sandbox.id())))
                    .findFirst()
                    .orElseThrow(() -> unsigned(request));
            signatures.checkExpiry(request);
            Gate.admit(request, signer);
            return handle(request, next);
        };
    }

    private ApiException unsigned(ServerRequest request) {
        signatures.match(request, "");
        return Signatures.invalid();
    }

    private void check(ServerRequest request, Sandbox sandbox) {
        String presented = Gate.token(request);
        if (presented == null) {
            if (!signatures.match(request, tokens.of(sandbox.id()))) throw Signatures.invalid();
            signatures.checkExpiry(request);
        } else if (!tokens.matches(sandbox.id(), presented)) {
            throw new ApiException(401, "unauthorized access, the header X-Access-Token is wrong");
        }
    }

    /** Files are plain HTTP: what is refused in Connect's words is refused by status here. */
    private static Mono<ServerResponse> handle(ServerRequest request, HandlerFunction<ServerResponse> next) {
        return Mono.defer(() -> next.handle(request)).onErrorMap(ConnectError.class, FileGate::plain);
    }

    static ApiException plain(ConnectError refusal) {
        return new ApiException(refusal.code().status(), refusal.text());
    }
}

package dev.sandbar.web.data;

import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.web.connect.ConnectError;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Bearer;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Who may read and write files: whoever holds the sandbox's token, or a URL that was signed with it. */
final class FileGate {

    private final Access access;
    private final Signatures signatures;

    FileGate(Access access, Signatures signatures) {
        this.access = access;
        this.signatures = signatures;
    }

    /** For requests that name their sandbox. */
    HandlerFilterFunction<ServerResponse, ServerResponse> named() {
        return (request, next) -> checked(request, Gate.sandbox(request)).then(Mono.defer(() -> handle(request, next)));
    }

    /** For signed URLs that name no sandbox: it is the one with whose token they were signed. */
    HandlerFilterFunction<ServerResponse, ServerResponse> unnamed() {
        return (request, next) -> {
            signatures.require(request);
            Sandbox signer = access.find(token -> signatures.match(request, token));
            if (signer == null) throw Signatures.invalid();
            signatures.checkExpiry(request);
            Gate.admit(request, signer);
            return handle(request, next);
        };
    }

    /** A URL that was signed carries its right with it, whatever else a client says who it is. */
    private Mono<Void> checked(ServerRequest request, Sandbox sandbox) {
        if (Access.token(request) != null) return access.check(request, sandbox);
        if (Bearer.of(request) != null && !Signatures.isSigned(request)) return access.check(request, sandbox);
        if (!signatures.match(request, access.longLived(sandbox))) throw Signatures.invalid();
        signatures.checkExpiry(request);
        return Mono.empty();
    }

    /** Files are plain HTTP: what is refused in Connect's words is refused by status here. */
    private static Mono<ServerResponse> handle(ServerRequest request, HandlerFunction<ServerResponse> next) {
        return Mono.defer(() -> next.handle(request)).onErrorMap(ConnectError.class, FileGate::plain);
    }

    static ApiException plain(ConnectError refusal) {
        return new ApiException(refusal.code().status(), refusal.text());
    }
}

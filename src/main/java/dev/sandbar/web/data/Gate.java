package dev.sandbar.web.data;

import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.SandboxException;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.token.TokenException;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Owners;
import java.util.Map;
import java.util.Set;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Lets requests through to running sandboxes that they have a token of. */
final class Gate implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    private static final String SANDBOX = Gate.class.getName() + ".sandbox";

    /** Paths that need no token, or look at it themselves. */
    private static final Set<String> OPEN = Set.of("/health", "/files");

    private final Sandboxes sandboxes;
    private final Access access;

    Gate(Sandboxes sandboxes, Access access) {
        this.sandboxes = sandboxes;
        this.access = access;
    }

    /** For requests that name no sandbox: theirs is the one whose token they have. */
    HandlerFilterFunction<ServerResponse, ServerResponse> byToken() {
        return (request, next) -> {
            Sandbox sandbox = access.owner(request);
            admit(request, sandbox);
            return Mono.defer(() -> next.handle(request)).onErrorMap(Gate::isEnd, meanwhile -> dead(sandbox.id()));
        };
    }

    @Override
    public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
        Target target = Target.of(request);
        Sandbox sandbox = sandboxes.find(target.sandboxId());
        if (sandbox == null) throw dead(target.sandboxId());
        if (target.port() != Target.API_PORT) throw otherPort(target);
        admit(request, sandbox);
        Mono<Void> entry = OPEN.contains(request.path()) ? Mono.empty() : access.check(request, sandbox);
        return entry.then(Mono.defer(() -> next.handle(request)))
                .onErrorMap(Gate::isEnd, meanwhile -> dead(target.sandboxId()));
    }

    private static boolean isEnd(Throwable error) {
        return error instanceof SandboxException.NotFound || error instanceof TokenException.Gone;
    }

    static void admit(ServerRequest request, Sandbox sandbox) {
        request.attributes().put(SANDBOX, sandbox);
        Owners.admit(request, sandbox.owner());
    }

    /** The sandbox that the request was let through to. */
    static Sandbox sandbox(ServerRequest request) {
        return (Sandbox) request.attribute(SANDBOX).orElseThrow();
    }

    private static ApiException dead(String id) {
        return new ApiException(502, "The sandbox was not found", Map.of("sandboxId", id));
    }

    private static ApiException otherPort(Target target) {
        return new ApiException(
                501,
                "Ports of a sandbox are not offered by this service yet",
                Map.of("sandboxId", target.sandboxId(), "port", target.port()));
    }
}

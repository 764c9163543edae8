package dev.sandbar.web.control;

import dev.sandbar.sandbox.SandboxException;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Owners;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Refuses by name what E2B has and this service hasn't. What a path names must be there: 404 comes before 501. */
final class Unoffered {

    private final Sandboxes sandboxes;

    Unoffered(Sandboxes sandboxes) {
        this.sandboxes = sandboxes;
    }

    /**
     * @param what with its verb, such as "Snapshots are"
     */
    HandlerFunction<ServerResponse> at(String what) {
        return request -> Mono.error(ApiException.notOffered(what));
    }

    /** Of a running sandbox of the owner. */
    HandlerFunction<ServerResponse> ofSandbox(String what) {
        return request -> {
            sandboxes.get(Owners.of(request), request.pathVariable("id"));
            return Mono.error(ApiException.notOffered(what));
        };
    }

    /** Of a template that sandboxes can be made from. */
    HandlerFunction<ServerResponse> ofTemplate(String what) {
        return request -> {
            String id = request.pathVariable("id");
            return Mono.error(
                    sandboxes.templates().contains(id)
                            ? ApiException.notOffered(what)
                            : new SandboxException.UnknownTemplate(id, sandboxes.templates()));
        };
    }
}

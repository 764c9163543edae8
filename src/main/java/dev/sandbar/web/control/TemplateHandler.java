package dev.sandbar.web.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sandbar.sandbox.SandboxException;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.web.http.Json;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Says which templates there are. Everybody can make sandboxes from each of them, and nobody can change one. */
final class TemplateHandler {

    private final Sandboxes sandboxes;
    private final Json json;

    TemplateHandler(Sandboxes sandboxes, Json json) {
        this.sandboxes = sandboxes;
        this.json = json;
    }

    /** The answer. */
    record View(String templateID, @JsonProperty("public") boolean open) {}

    Mono<ServerResponse> find(ServerRequest request) {
        String alias = request.pathVariable("alias");
        List<String> offered = sandboxes.templates();
        if (!offered.contains(alias)) throw new SandboxException.UnknownTemplate(alias, offered);
        return json.answer(ServerResponse.ok(), new View(alias, true));
    }
}

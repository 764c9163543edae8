package dev.sandbar.web.control;

import dev.sandbar.sandbox.MetadataPatch;
import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Digests;
import dev.sandbar.web.http.EntityTags;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Owners;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Reads and changes the owner's words about a running sandbox. Their tag depends on the words alone. */
final class MetadataHandler {

    private static final String PREFER = "Prefer";
    private static final String REPRESENTATION = "return=representation";
    private static final Pattern WANTS_REPRESENTATION = Pattern.compile(
            "(^|.*[,;])\\s*return\\s*=\\s*\"?representation\"?\\s*([,;].*|$)", Pattern.CASE_INSENSITIVE);

    private final Sandboxes sandboxes;
    private final Json json;

    MetadataHandler(Sandboxes sandboxes, Json json) {
        this.sandboxes = sandboxes;
        this.json = json;
    }

    /** As answered; sorted, so that the same words are the same bytes. */
    record View(Map<String, String> metadata) {
        static View of(Map<String, String> words) {
            return new View(new TreeMap<>(words));
        }
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return shown(sandboxes.get(Owners.of(request), request.pathVariable("id")), ServerResponse.ok());
    }

    Mono<ServerResponse> patch(ServerRequest request) {
        Predicate<String> accepted = EntityTags.accepted(request);
        return json.require(request, Map.class)
                .map(body -> patch(body, words -> accepted.test(tag(words))))
                .flatMap(patch -> sandboxes.patchMetadata(Owners.of(request), request.pathVariable("id"), patch))
                .flatMap(sandbox -> patched(request, sandbox));
    }

    private static MetadataPatch patch(Map<?, ?> body, Predicate<Map<String, String>> condition) {
        Map<String, String> set = new HashMap<>();
        Set<String> removed = new HashSet<>();
        body.forEach((name, value) -> {
            String key = String.valueOf(name);
            if (value == null) removed.add(key);
            else if (value instanceof String text) set.put(key, text);
            else throw ApiException.invalid("The value of \"" + key + "\" must be a string, or null to remove it");
        });
        return new MetadataPatch(set, removed, condition);
    }

    private Mono<ServerResponse> patched(ServerRequest request, Sandbox sandbox) {
        boolean wanted = request.headers().header(PREFER).stream()
                .anyMatch(line -> WANTS_REPRESENTATION.matcher(line).matches());
        return wanted
                ? shown(sandbox, ServerResponse.ok().header("Preference-Applied", REPRESENTATION))
                : ServerResponse.noContent()
                        .header(HttpHeaders.ETAG, tag(sandbox.metadata()))
                        .build();
    }

    private Mono<ServerResponse> shown(Sandbox sandbox, ServerResponse.BodyBuilder response) {
        Map<String, String> words = sandbox.metadata();
        return json.answer(response.header(HttpHeaders.ETAG, tag(words)), View.of(words));
    }

    private String tag(Map<String, String> words) {
        return "\"" + Digests.sha256(json.bytes(View.of(words))).substring(0, 32) + "\"";
    }
}

package dev.sandbar.web.sessions;

import dev.sandbar.session.Session;
import dev.sandbar.session.SessionPatch;
import dev.sandbar.session.SessionQuery;
import dev.sandbar.session.SessionRequest;
import dev.sandbar.session.Sessions;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Cursor;
import dev.sandbar.web.http.EntityTags;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Owners;
import dev.sandbar.web.idempotency.Idempotency;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Opens, lists, describes, changes and ends sessions. Their tag changes with what their owner says about them. */
final class SessionHandler {

    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);
    private static final String PAGE_HIDE = "pagehide";

    private final Sessions sessions;
    private final String template;
    private final Answers answers;
    private final Json json;

    /**
     * @param template of sessions that name none
     */
    SessionHandler(Sessions sessions, String template, Answers answers, Json json) {
        this.sessions = sessions;
        this.template = template;
        this.answers = answers;
        this.json = json;
    }

    /** Body of a change. */
    record PatchBody(@Nullable String title, @Nullable Map<String, @Nullable String> metadata) {}

    Mono<ServerResponse> open(ServerRequest request) {
        Idempotency.check(request);
        return json.body(request).defaultIfEmpty(NOTHING).flatMap(body -> {
            SessionRequest wanted = json.parse(body, SessionBody.class).toRequest(Owners.of(request), template);
            return answers.opening(request, body, new KeyedOpening(json, sessions, wanted));
        });
    }

    Mono<ServerResponse> list(ServerRequest request) {
        SessionQuery query = SessionList.parse(request.queryParams());
        return sessions.list(Owners.of(request), query).flatMap(this::listed);
    }

    private Mono<ServerResponse> listed(SessionQuery.Page page) {
        SessionQuery.Place next = page.next();
        ServerResponse.BodyBuilder response = ServerResponse.ok();
        if (next != null) response.header("X-Next-Token", new Cursor(next.createdAt(), next.id()).token());
        return json.answer(
                response, page.sessions().stream().map(SessionView::of).toList());
    }

    Mono<ServerResponse> get(ServerRequest request) {
        return sessions.get(Owners.of(request), id(request)).flatMap(this::shown);
    }

    private Mono<ServerResponse> shown(Session session) {
        return json.answer(ServerResponse.ok().header(HttpHeaders.ETAG, tag(session)), SessionView.of(session));
    }

    Mono<ServerResponse> patch(ServerRequest request) {
        Predicate<String> accepted = EntityTags.accepted(request);
        return json.require(request, PatchBody.class)
                .flatMap(body -> sessions.get(Owners.of(request), id(request))
                        .flatMap(now -> sessions.update(now.owner(), now.id(), patch(request, body, now, accepted))))
                .flatMap(this::shown);
    }

    /** Who names a version gets it changed or nothing, also where another comes in between. */
    private static SessionPatch patch(ServerRequest request, PatchBody body, Session now, Predicate<String> accepted) {
        check(now, accepted);
        boolean any = request.headers().header(HttpHeaders.IF_MATCH).isEmpty();
        Map<String, @Nullable String> metadata = body.metadata() == null ? Map.of() : body.metadata();
        return new SessionPatch(SessionBody.title(body.title()), metadata, any ? null : now.revision());
    }

    private static void check(Session now, Predicate<String> accepted) {
        if (!accepted.test(tag(now))) {
            throw new ApiException(
                    412, "The session was changed meanwhile, its ETag is " + tag(now) + ": read it again");
        }
    }

    Mono<ServerResponse> end(ServerRequest request) {
        Predicate<String> accepted = EntityTags.accepted(request);
        return sessions.get(Owners.of(request), id(request))
                .doOnNext(now -> check(now, accepted))
                .flatMap(now -> sessions.end(now.owner(), now.id()))
                .then(ServerResponse.noContent().build());
    }

    /** Whatever the body: a beacon can't choose much. */
    Mono<ServerResponse> teardown(ServerRequest request) {
        String reason = request.queryParams().getFirst("reason");
        return sessions.teardown(Owners.of(request), id(request), PAGE_HIDE.equals(reason))
                .then(ServerResponse.accepted().build());
    }

    Mono<ServerResponse> interrupt(ServerRequest request) {
        return sessions.interrupt(Owners.of(request), id(request))
                .then(ServerResponse.accepted().build());
    }

    private static String tag(Session session) {
        return "\"" + session.revision() + "\"";
    }

    static String id(ServerRequest request) {
        return request.pathVariable("id");
    }
}

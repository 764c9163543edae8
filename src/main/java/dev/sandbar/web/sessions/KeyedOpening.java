package dev.sandbar.web.sessions;

import dev.sandbar.session.Opened;
import dev.sandbar.session.Session;
import dev.sandbar.session.SessionException;
import dev.sandbar.session.SessionRequest;
import dev.sandbar.session.SessionState;
import dev.sandbar.session.Sessions;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.idempotency.Answer;
import dev.sandbar.web.idempotency.Work;
import dev.sandbar.web.sessions.KeyedCall.Result;
import reactor.core.publisher.Mono;

/**
 * An opening that is done once for an {@code Idempotency-Key}. The id of what it opens is recorded before: after a crash it
 * is found by that, or by the session's own key.
 */
public record KeyedOpening(Json json, Sessions sessions, SessionRequest wanted) implements Work {

    @Override
    public String reference() {
        return sessions.newId();
    }

    @Override
    public Mono<Answer> run(String id) {
        return opened(id).map(result -> result.answer(json));
    }

    /** What has a key of its own is asked for again, and finds itself. One that ended before anybody was told doesn't count. */
    @Override
    public Mono<Boolean> isThere(String id) {
        return wanted.key() != null
                ? Mono.just(false)
                : session(id)
                        .map(session -> session.state() != SessionState.ENDED)
                        .defaultIfEmpty(false);
    }

    Mono<Result> opened(String id) {
        return sessions.open(id, wanted).map(KeyedOpening::result);
    }

    /** The answer for what was opened under this id; empty where there is nothing. */
    Mono<Result> found(String id) {
        return session(id).map(session -> result(new Opened(session, false)));
    }

    private Mono<Session> session(String id) {
        return sessions.get(wanted.owner(), id).onErrorComplete(SessionException.NotFound.class);
    }

    private static Result result(Opened opened) {
        return new Result(opened.existed() ? 200 : 201, SessionView.of(opened.session()));
    }
}

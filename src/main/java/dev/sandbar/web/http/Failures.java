package dev.sandbar.web.http;

import dev.sandbar.command.CommandException;
import dev.sandbar.event.EventException;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.runtime.UsageUnknownException;
import dev.sandbar.sandbox.SandboxException;
import dev.sandbar.session.SessionException;
import dev.sandbar.session.tool.ToolArgumentException;
import dev.sandbar.store.StoreException;
import dev.sandbar.token.TokenException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.codec.CodecException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.Exceptions;
import reactor.netty.channel.AbortedException;

/** The one place where errors become refusals. */
public final class Failures {

    private static final Logger log = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /** What to tell the client; logs what is the service's or the host's fault. */
    public static Failure of(Throwable error) {
        Throwable cause = Exceptions.unwrap(error);
        Failure refusal = refusal(cause);
        return refusal == null ? host(cause) : refusal;
    }

    /** Whether an error is an answer to whoever asked, so that it is none of the service's when he has left. */
    static boolean isRefusal(Throwable error) {
        return refusal(Exceptions.unwrap(error)) != null;
    }

    private static @Nullable Failure refusal(Throwable cause) {
        if (cause instanceof ApiException refusal) return refusal.failure();
        if (cause instanceof SandboxException refusal) return sandbox(refusal);
        if (cause instanceof SessionException refusal) return session(refusal);
        if (cause instanceof ToolArgumentException) return new Failure(400, String.valueOf(cause.getMessage()));
        if (cause instanceof AgentException refusal) return agent(refusal);
        if (cause instanceof CommandException refusal) return command(refusal);
        if (cause instanceof EventException refusal) return event(refusal);
        if (cause instanceof TokenException refusal) return token(refusal);
        if (cause instanceof ResponseStatusException refusal) return status(refusal);
        if (cause instanceof DataBufferLimitException) return new Failure(413, "The request body is too large");
        if (cause instanceof CodecException) return new Failure(400, "The request body can't be decoded");
        return cause instanceof UsageUnknownException ? new Failure(501, String.valueOf(cause.getMessage())) : null;
    }

    private static Failure sandbox(SandboxException refusal) {
        String message = String.valueOf(refusal.getMessage());
        if (refusal instanceof SandboxException.NotFound) return new Failure(404, message);
        if (refusal instanceof SandboxException.UnknownTemplate) return new Failure(404, message);
        if (refusal instanceof SandboxException.Stale) return new Failure(412, message);
        if (refusal instanceof SandboxException.LimitReached limit) return later(limit.own() ? 429 : 503, message);
        if (refusal instanceof SandboxException.Queued queued) {
            return new Failure(429, message, Map.of(Failure.RETRY_AFTER, queued.seconds(), "place", queued.place()));
        }
        return new Failure(400, message);
    }

    private static Failure session(SessionException refusal) {
        String message = String.valueOf(refusal.getMessage());
        if (refusal instanceof SessionException.NotFound) return new Failure(404, message);
        if (refusal instanceof SessionException.Conflict) return new Failure(409, message);
        if (refusal instanceof SessionException.Ended) return new Failure(410, message);
        if (refusal instanceof SessionException.Stale) return new Failure(412, message);
        if (refusal instanceof SessionException.UnknownHardware unknown) {
            return new Failure(422, message, Map.of("offered", unknown.offered()));
        }
        if (refusal instanceof SessionException.LimitReached limit) return later(limit.own() ? 429 : 503, message);
        if (refusal instanceof SessionException.NoSandbox) return later(503, message);
        return new Failure(400, message);
    }

    private static Failure agent(AgentException refusal) {
        String message = String.valueOf(refusal.getMessage());
        return switch (refusal.code()) {
            case INVALID, NOT_A_DIRECTORY, IS_A_DIRECTORY, LOOP, NO_WORKING_DIRECTORY, NOT_EXECUTABLE ->
                new Failure(400, message);
            case NOT_PERMITTED -> new Failure(403, message);
            case NOT_FOUND -> new Failure(404, message);
            case EXISTS, BUSY -> new Failure(409, message);
            case EXHAUSTED -> later(429, message);
            case NO_SPACE -> new Failure(507, message);
            case UNIMPLEMENTED -> new Failure(501, message);
            case INTERNAL -> new Failure(500, "The sandbox's system failed: " + message);
        };
    }

    private static Failure command(CommandException refusal) {
        String message = String.valueOf(refusal.getMessage());
        if (refusal instanceof CommandException.SandboxEnded) return new Failure(502, message);
        if (refusal instanceof CommandException.BehindTheEnd) return new Failure(400, message);
        boolean tooMany =
                refusal instanceof CommandException.TooMany || refusal instanceof CommandException.ReaderTooSlow;
        return later(tooMany ? 429 : 503, message);
    }

    private static Failure event(EventException refusal) {
        String message = String.valueOf(refusal.getMessage());
        if (refusal instanceof EventException.BeyondEnd) return new Failure(400, message);
        return later(refusal instanceof EventException.Closed ? 503 : 429, message);
    }

    private static Failure token(TokenException refusal) {
        String message = String.valueOf(refusal.getMessage());
        return refusal instanceof TokenException.TooMany tooMany
                ? new Failure(429, message, Map.of(Failure.RETRY_AFTER, tooMany.seconds()))
                : new Failure(401, message);
    }

    private static Failure status(ResponseStatusException refusal) {
        int status = refusal.getStatusCode().value();
        String detail = refusal.getBody().getDetail();
        return new Failure(status, detail == null ? Statuses.phrase(status) : detail);
    }

    /** 502 says that the sandbox is gone, so that nothing else does. */
    private static Failure gone(AgentGoneException gone) {
        return switch (gone.sign()) {
            case GONE -> new Failure(502, "The sandbox doesn't answer");
            case LATE ->
                new Failure(504, "The sandbox didn't answer in time: it has too much to do, or it is about to end");
            case NOT_ASKED -> later(503, "The service lacks what it needs to ask the sandbox");
        };
    }

    private static Failure host(Throwable cause) {
        if (cause instanceof RuntimeUnavailableException) {
            log.warn("The host could not serve a request: {}", cause.getMessage());
            return later(503, "The host can't do this now: " + cause.getMessage());
        }
        if (cause instanceof StoreException) {
            log.warn("The store refused a request: {}", cause.getMessage());
            return later(503, "The service can't record this now: " + cause.getMessage());
        }
        if (cause instanceof AgentGoneException gone) return gone(gone);
        if (cause instanceof RejectedExecutionException)
            return later(503, "The service is too busy, or stops: try again");
        if (cause instanceof CancellationException) return later(503, "The service stops, maybe before this was done");
        if (cause instanceof TimeoutException) return new Failure(504, "This took too long");
        if (cause instanceof AbortedException) return left(cause);
        if (cause instanceof UnsupportedOperationException) return new Failure(501, "Not offered by this host");
        log.error("A request failed for a reason that nobody expected", cause);
        return new Failure(500, "The service failed; its log says why");
    }

    /** Nobody will read this. */
    private static Failure left(Throwable cause) {
        log.debug("A client left before its request was there", cause);
        return new Failure(400, "The connection ended before the request did");
    }

    private static Failure later(int status, String message) {
        return new Failure(status, message, Map.of(Failure.RETRY_AFTER, 1));
    }
}

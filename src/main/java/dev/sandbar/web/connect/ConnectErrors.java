package dev.sandbar.web.connect;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.web.http.Failure;
import dev.sandbar.web.http.Failures;
import reactor.core.Exceptions;

/** Maps every error to Connect's codes: exhausted and unavailable is what a later try may mend, and nothing else. */
final class ConnectErrors {

    private ConnectErrors() {}

    static ConnectError of(Throwable error) {
        Throwable cause = Exceptions.unwrap(error);
        if (cause instanceof ConnectError known) return known;
        if (cause instanceof AgentException refusal) return agent(refusal);
        Failure failure = Failures.of(cause);
        return new ConnectError(code(failure.status()), failure.message());
    }

    private static ConnectError agent(AgentException refusal) {
        ConnectCode code = switch (refusal.code()) {
            case INVALID, NOT_A_DIRECTORY, IS_A_DIRECTORY, NO_WORKING_DIRECTORY, NOT_EXECUTABLE ->
                ConnectCode.INVALID_ARGUMENT;
            case NOT_FOUND -> ConnectCode.NOT_FOUND;
            case EXISTS -> ConnectCode.ALREADY_EXISTS;
            case NOT_PERMITTED -> ConnectCode.PERMISSION_DENIED;
            case EXHAUSTED -> ConnectCode.RESOURCE_EXHAUSTED;
            case UNIMPLEMENTED -> ConnectCode.UNIMPLEMENTED;
            case LOOP, NO_SPACE -> ConnectCode.FAILED_PRECONDITION;
            case BUSY -> ConnectCode.ABORTED;
            case INTERNAL -> ConnectCode.INTERNAL;
        };
        return new ConnectError(code, String.valueOf(refusal.getMessage()));
    }

    private static ConnectCode code(int status) {
        return switch (status) {
            case 400, 405, 406, 413, 415, 416, 422 -> ConnectCode.INVALID_ARGUMENT;
            case 401 -> ConnectCode.UNAUTHENTICATED;
            case 403 -> ConnectCode.PERMISSION_DENIED;
            case 404 -> ConnectCode.NOT_FOUND;
            case 409 -> ConnectCode.ABORTED;
            case 429 -> ConnectCode.RESOURCE_EXHAUSTED;
            case 507 -> ConnectCode.FAILED_PRECONDITION;
            case 501 -> ConnectCode.UNIMPLEMENTED;
            case 502, 503 -> ConnectCode.UNAVAILABLE;
            case 504 -> ConnectCode.DEADLINE_EXCEEDED;
            default -> ConnectCode.INTERNAL;
        };
    }
}

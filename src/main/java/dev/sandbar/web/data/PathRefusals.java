package dev.sandbar.web.data;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentException.Code;
import dev.sandbar.web.connect.ConnectCode;
import dev.sandbar.web.connect.ConnectError;
import dev.sandbar.web.http.ApiException;
import java.util.regex.Pattern;

/** What an agent refuses, with the path that it is about, in the words in which E2B's SDKs expect it. */
final class PathRefusals {

    /** Stands in texts for bytes that are no UTF-8. */
    private static final char REPLACEMENT = '\uFFFD';

    private static final String OF_SOURCE = "source: ";
    private static final String OF_TARGET = "target: ";
    private static final Pattern WHICH = Pattern.compile("^(source|target): ");

    private PathRefusals() {}

    /** For downloads and uploads. */
    static Throwable plain(AgentException refusal, String path) {
        return switch (refusal.code()) {
            case NOT_FOUND -> new ApiException(isLossy(path) ? 400 : 404, missing(path));
            case IS_A_DIRECTORY -> ApiException.invalid("path '" + path + "' is a directory");
            case NOT_A_DIRECTORY -> ApiException.invalid("a part of the path '" + path + "' is not a directory");
            case NO_SPACE -> new ApiException(507, "not enough space for '" + path + "': " + refusal.getMessage());
            default -> named(refusal, path);
        };
    }

    /** For calls by Connect. */
    static Throwable ofCall(AgentException refusal, String path) {
        return switch (refusal.code()) {
            case NOT_FOUND ->
                isLossy(path) ? ConnectError.invalid(missing(path)) : ConnectError.notFound(missing(path));
            case NOT_A_DIRECTORY -> ConnectError.invalid("path '" + path + "' is not a directory");
            case EXISTS -> new ConnectError(ConnectCode.ALREADY_EXISTS, "directory already exists: '" + path + "'");
            default -> named(refusal, path);
        };
    }

    /** For moves: the agent says which of the two it means; an older one doesn't, and only the source can be missing. */
    static Throwable ofMove(AgentException refusal, String source, String target) {
        String said = String.valueOf(refusal.getMessage());
        boolean aboutTarget = said.startsWith(OF_TARGET) || refusal.code() == Code.EXISTS;
        boolean aboutSource = said.startsWith(OF_SOURCE) || refusal.code() == Code.NOT_FOUND;
        if (!aboutTarget && !aboutSource) return named(refusal, source + "' to '" + target);
        String about = aboutTarget ? target : source;
        if (refusal.code() == Code.EXISTS) {
            return new ConnectError(ConnectCode.ALREADY_EXISTS, "path '" + about + "' is a directory that isn't empty");
        }
        return ofCall(new AgentException(refusal.code(), WHICH.matcher(said).replaceFirst("")), about);
    }

    /** Whether a name may stand for one whose bytes are no UTF-8, as listings show them. */
    static boolean isLossy(String path) {
        return path.indexOf(REPLACEMENT) >= 0;
    }

    /** That nothing has exactly this name, and what to do where the thing that is meant can't be named here. */
    static String missing(String path) {
        String none = "path '" + path + "' does not exist";
        return isLossy(path)
                ? none
                        + "; if it was listed so, its name isn't UTF-8 and it can't be named here: use a command in its directory"
                : none;
    }

    private static AgentException named(AgentException refusal, String path) {
        return new AgentException(refusal.code(), "path '" + path + "': " + refusal.getMessage());
    }
}

package dev.sandbar.session;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.sandbox.SandboxException;
import dev.sandbar.store.StoreException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/** Sentences for clients, and causes for events. */
final class Words {

    /** What the first tool result in a sandbox says that was made in place of a lost one. */
    static final String RESET =
            "[The sandbox of this session was made anew: files, installed packages and processes of before are gone.]";

    static final String BY_CLIENT = "client";
    static final String BY_PAGE_HIDE = "page-hide";
    static final String BY_IDLENESS = "idle";
    static final String BY_LIFETIME = "lifetime";
    static final String BY_BUDGET = "budget";
    static final String BY_STOP = "service-stop";

    private Words() {}

    /** @param before what no result has said yet; null for nothing */
    static String carried(@Nullable String before, String hardware, String carried) {
        String lost = before != null && before.startsWith(RESET) ? RESET + "\n" : "";
        return lost + "[The sandbox of this session was replaced by one of hardware \"" + hardware + "\": " + carried
                + "; packages that were installed elsewhere, and processes, are gone.]";
    }

    /** What became of the sandbox that a slot had before it came to this. */
    static String lost(Slot now) {
        String cause = String.valueOf(now.error());
        return now.state() == SlotState.TORN_DOWN ? "the sandbox was torn down meanwhile (" + cause + ")" : cause;
    }

    /** Why something failed, for whoever waited for it. */
    static String reason(Throwable error) {
        Throwable cause = Exceptions.unwrap(error);
        boolean ours = cause instanceof SandboxException
                || cause instanceof SessionException
                || cause instanceof RuntimeUnavailableException
                || cause instanceof AgentException
                || cause instanceof CarryException;
        if (ours && cause.getMessage() != null) return cause.getMessage();
        if (cause instanceof TimeoutException) return "it took too long";
        if (cause instanceof StoreException) return "it can't be recorded now";
        if (cause instanceof AgentGoneException) return "it doesn't answer";
        if (cause instanceof RejectedExecutionException) return "the service is too busy";
        return "the service's log says why";
    }
}

package dev.sandbar.runtime.channel;

import dev.sandbar.runtime.AgentException;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a connection to an agent failed: what the service lacks says nothing about the agent. */
final class Lack {

    /** Of the operating system, as it tells of EMFILE, ENFILE, ENOMEM and ENOBUFS. */
    private static final List<String> OURS =
            List.of("Too many open files", "Cannot allocate memory", "No buffer space available");

    private Lack() {}

    /** Whether this process could not even ask. */
    static boolean isOurs(Throwable failure) {
        if (failure instanceof AgentException) return true; // too many conversations
        for (Throwable at = failure; at != null; at = at.getCause()) {
            String message = String.valueOf(at.getMessage());
            if (OURS.stream().anyMatch(message::contains)) return true;
        }
        return false;
    }

    /** Whether nobody listens there any more, or says what no agent says. */
    static boolean isTheirs(Throwable failure) {
        for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof ProtocolException said && said.isMalformed()) return true;
            if (at instanceof FileNotFoundException) return true;
            if (at instanceof ConnectException
                    && String.valueOf(at.getMessage()).contains("refused")) return true;
        }
        return false;
    }
}

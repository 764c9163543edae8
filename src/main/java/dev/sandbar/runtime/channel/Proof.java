package dev.sandbar.runtime.channel;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException.Sign;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.util.List;

/** How far a failed connection proves that the agent is gone: what the service lacks says nothing about the agent. */
final class Proof {

    /** So much, of all failures since the agent's last answer, is enough. */
    static final int ENOUGH = 3;

    /** The connection broke, which may be nobody's fault. */
    private static final int BREAK = 1;

    /** Nothing came for a long time. */
    private static final int SILENCE = 2;

    /** Of the operating system, as it tells of EMFILE, ENFILE, ENOMEM and ENOBUFS. */
    private static final List<String> OURS =
            List.of("Too many open files", "Cannot allocate memory", "No buffer space available");

    private Proof() {}

    /** From none, where this process could not even ask, to {@link #ENOUGH}. */
    static int of(Throwable failure) {
        int proof = BREAK;
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (isOurs(at)) return 0;
            proof = Math.max(proof, ofTheirs(at));
        }
        return proof;
    }

    /** The same for one request, of which nobody else has to be convinced. */
    static Sign sign(Throwable failure) {
        return switch (of(failure)) {
            case 0 -> Sign.NOT_ASKED;
            case SILENCE -> Sign.LATE;
            default -> Sign.GONE;
        };
    }

    private static boolean isOurs(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return failure instanceof VirtualMachineError
                || failure instanceof AgentException // too many conversations
                || OURS.stream().anyMatch(message::contains);
    }

    private static int ofTheirs(Throwable failure) {
        if (failure instanceof ProtocolException said && said.isSilence()) return SILENCE;
        return isEnough(failure) ? ENOUGH : BREAK;
    }

    /** Whether nobody listens there any more, or says what no agent says. */
    private static boolean isEnough(Throwable failure) {
        if (failure instanceof ProtocolException said) return said.isMalformed();
        boolean refused = String.valueOf(failure.getMessage()).contains("refused");
        return failure instanceof FileNotFoundException || (failure instanceof ConnectException && refused);
    }
}

package dev.sandbar.server;

import dev.sandbar.data.DataDirectoryException;
import dev.sandbar.runtime.UnsupportedHostException;
import dev.sandbar.session.HardwareException;
import dev.sandbar.store.StoreUnusableException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.PortInUseException;

/** Puts a failed start into one sentence that says what to do; only what nobody foresaw comes with its trace. */
final class StartFailure {

    private StartFailure() {}

    /** Whether this is no failure: Boot ends the run that makes the class archive by an exception. */
    static boolean isTraining(Throwable thrown) {
        return thrown instanceof SpringApplication.AbandonedRunException;
    }

    static String explain(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            String sentence = sentence(at);
            if (sentence != null) {
                return sentence;
            }
        }
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return "the start failed for a reason that it doesn't know:\n" + trace;
    }

    private static @Nullable String sentence(Throwable cause) {
        if (cause instanceof DataDirectoryException
                || cause instanceof StoreUnusableException
                || cause instanceof UnsupportedHostException
                || cause instanceof HardwareException) {
            return cause.getMessage();
        }
        if (cause instanceof PortInUseException port) {
            return "Port " + port.getPort()
                    + " is taken: stop what listens there, or set SANDBAR_PORT to another port (0 for any free one).";
        }
        if (cause instanceof org.springframework.boot.context.properties.bind.BindException binding) {
            return "The setting " + binding.getName() + " can't be used: "
                    + deepest(binding).getMessage();
        }
        return null;
    }

    private static Throwable deepest(Throwable thrown) {
        Throwable at = thrown;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return at;
    }
}

package dev.sandbar.client;

import dev.sandbar.client.SandboxTransportException.Broken;
import dev.sandbar.client.SandboxTransportException.CantConnect;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLHandshakeException;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.Exceptions;

/** Turns what goes wrong on the way into this package's errors. */
final class Failures {

    private Failures() {}

    /**
     * @param name of the call
     * @param opened whether its answer had begun
     */
    static Throwable of(Throwable error, String name, boolean opened) {
        Throwable cause = Exceptions.unwrap(error);
        boolean ofRequest = cause instanceof WebClientRequestException;
        if (ofRequest && cause.getCause() != null) cause = cause.getCause();
        if (cause instanceof SandboxClientException) return cause;
        if (!opened && isUnsent(cause)) return new CantConnect(name + ": no connection", cause);
        if (ofRequest || cause instanceof IOException) return broken(cause, name, opened);
        return cause;
    }

    private static Broken broken(Throwable cause, String name, boolean opened) {
        String when = opened ? "within its answer" : "before its answer";
        return new Broken(name + ": the connection ended " + when, cause);
    }

    /** Whether nothing of the request can have been sent: there was no connection, or none was free. */
    private static boolean isUnsent(Throwable cause) {
        return cause instanceof ConnectException
                || cause instanceof UnknownHostException
                || cause instanceof SSLHandshakeException
                || cause instanceof NoRouteToHostException
                || cause.getClass().getSimpleName().startsWith("PoolAcquire");
    }
}

package dev.sandbar.web.http;

import dev.sandbar.command.CommandException;
import dev.sandbar.runtime.AgentGoneException;
import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannelConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.netty.DisposableChannel;
import reactor.netty.http.server.HttpServerResponse;

/** Ends a connection without ending what is being said on it, so that nobody takes it for complete. */
public final class Cut {

    private static final Logger log = LoggerFactory.getLogger(Cut.class);

    private Cut() {}

    /** Whether a stream with this error is to be cut: its sandbox is gone, or its client takes nothing. */
    public static boolean isFor(Throwable error) {
        return error instanceof CommandException.SandboxEnded
                || error instanceof CommandException.ReaderTooSlow
                || error instanceof AgentGoneException
                || error instanceof DeclaredLength.Shortfall;
    }

    /** Closes the connection now; false where the server isn't one that this can be done with. */
    public static boolean cut(ServerHttpResponse response, Throwable reason) {
        log.debug("A connection is cut: {}", reason.toString());
        Object server = ServerHttpResponseDecorator.getNativeResponse(response);
        if (!(server instanceof HttpServerResponse known)) return false;
        known.withConnection(Cut::close);
        return true;
    }

    /** By a reset: an orderly end of the connection is for some clients the end of an answer without a length, too. */
    private static void close(DisposableChannel connection) {
        Channel channel = connection.channel();
        if (channel.config() instanceof SocketChannelConfig socket) socket.setSoLinger(0);
        var unused = channel.close();
    }
}

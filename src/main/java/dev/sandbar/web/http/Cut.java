package dev.sandbar.web.http;

import dev.sandbar.command.CommandException;
import dev.sandbar.runtime.AgentGoneException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
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

    /**
     * Ends the connection now, by a reset: a proper end would be taken for the answer's by clients that read up to it. Of
     * HTTP/2 only the stream, by an error. False where the server isn't one that this can be done with.
     */
    public static boolean cut(ServerHttpResponse response, Throwable reason) {
        log.debug("A connection is cut: {}", reason.toString());
        Object server = ServerHttpResponseDecorator.getNativeResponse(response);
        if (!(server instanceof HttpServerResponse known)) return false;
        known.withConnection(connection -> endSoon(connection.channel()));
        return true;
    }

    /** Before anything else that is written from here; a connection that has ended has no event loop any more. */
    private static void endSoon(Channel channel) {
        if (!channel.isRegistered()) return;
        if (channel.eventLoop().inEventLoop()) {
            end(channel);
        } else {
            channel.eventLoop().execute(() -> end(channel));
        }
    }

    private static void end(Channel channel) {
        if (channel instanceof Http2StreamChannel) {
            channel.writeAndFlush(internalError()).addListener(ChannelFutureListener.CLOSE);
        } else {
            reset(channel);
            var unused = channel.close();
        }
    }

    /** Lets the next close of a connection be a reset. */
    public static void reset(Channel channel) {
        if (channel.isActive()) channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }

    /** What ends a stream of HTTP/2 with an error; CANCEL is taken for a proper end by Node. */
    public static Http2ResetFrame internalError() {
        return new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR);
    }
}

package dev.sandbar.web.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection of HTTP/2 on which no request has been open for a time; whatever else its client sends (settings,
 * pings, half a head) doesn't keep it. For one connection, on its event loop.
 */
final class Http2Idle extends ChannelInboundHandlerAdapter {

    private final ConnectionSettings settings;
    private @Nullable ScheduledFuture<?> timer;

    Http2Idle(ConnectionSettings settings) {
        this.settings = settings;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        Http2Connection connection =
                context.pipeline().get(Http2FrameCodec.class).connection();
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamActive(Http2Stream stream) {
                stop();
            }

            @Override
            public void onStreamClosed(Http2Stream stream) {
                if (connection.numActiveStreams() == 0) await(context, settings.idle());
            }
        });
        if (connection.numActiveStreams() == 0) await(context, settings.head());
    }

    private void await(ChannelHandlerContext context, Duration limit) {
        stop();
        timer = context.executor().schedule(() -> end(context), limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void end(ChannelHandlerContext context) {
        var unused = context.channel().close();
    }

    private void stop() {
        if (timer != null) timer.cancel(false);
        timer = null;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }
}

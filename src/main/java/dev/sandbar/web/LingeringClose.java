package dev.sandbar.web;

import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose client is still sending in two steps: our side at once, the rest when the client has had
 * time to read its answer. A close that leaves bytes unread resets the connection, and a reset takes the answer away.
 *
 * <p>What comes in between is thrown away, and bounded. A stream that is cut before its answer is complete is closed at
 * once. For one connection, on its event loop.
 */
final class LingeringClose extends ChannelDuplexHandler {

    private static final int PATIENCE_MILLIS = 1000;
    private static final long BYTES = 16L * 1024 * 1024;

    private boolean receiving;
    private boolean answered;
    private boolean lingering;
    private long discarded;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (lingering) {
            discard(context, message);
            return;
        }
        if (message instanceof HttpRequest) {
            answered = false;
            receiving = true;
        }
        if (message instanceof LastHttpContent last && last.decoderResult().isSuccess()) receiving = false;
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof LastHttpContent) answered = true;
        var unused = context.write(message, promise);
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (!lingering && receiving && answered && context.channel() instanceof DuplexChannel channel) {
            lingering = true;
            var unused = channel.shutdownOutput();
            channel.config().setAutoRead(true);
            var timer =
                    context.executor().schedule(() -> end(context, promise), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(closed -> timer.cancel(false));
        } else {
            var unused = context.close(promise);
        }
    }

    private static void end(ChannelHandlerContext context, ChannelPromise promise) {
        var unused = context.close(promise);
    }

    private void discard(ChannelHandlerContext context, Object message) {
        discarded += message instanceof ByteBufHolder holder ? holder.content().readableBytes() : 0;
        ReferenceCountUtil.release(message);
        if (discarded > BYTES || message instanceof LastHttpContent) {
            var unused = context.close();
        }
    }
}

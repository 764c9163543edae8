package dev.sandbar.web.wire;

import dev.sandbar.web.http.Cut;
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
 * Closes a connection as its client has to understand it. In the middle of an answer: by a reset, so that nobody takes
 * what has come for all of it. Behind an answer to a client that is still sending: in two steps, our side at once, the
 * rest when the client has had time to read its answer, since a close that leaves bytes unread resets the connection,
 * and a reset takes the answer away. What comes in between is thrown away, and bounded.
 *
 * <p>For one connection, on its event loop.
 */
final class Closing extends ChannelDuplexHandler {

    private static final int PATIENCE_MILLIS = 1000;
    private static final long BYTES = 16L * 1024 * 1024;

    private boolean receiving;
    private boolean malformed;
    private boolean answering;
    private boolean answered;
    private boolean lingering;
    private long discarded;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (lingering) {
            discard(context, message);
            return;
        }
        if (message instanceof HttpRequest request) {
            answered = false;
            receiving = true;
            malformed |= request.decoderResult().isFailure();
        }
        if (isEnd(message)) receiving = false;
        context.fireChannelRead(message);
    }

    /** Behind a head that wasn't understood nobody knows what ends where. */
    private boolean isEnd(Object message) {
        return message instanceof LastHttpContent last && last.decoderResult().isSuccess() && !malformed;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (Messages.begins(message)) answering = true;
        if (Messages.ends(message)) {
            answering = false;
            answered = true;
        }
        var unused = context.write(message, promise);
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (answering) Cut.reset(context.channel());
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
        boolean over = discarded > BYTES || isEnd(message);
        ReferenceCountUtil.release(message);
        if (over) {
            var unused = context.close();
        }
    }
}

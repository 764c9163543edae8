package dev.sandbar.web.wire;

import dev.sandbar.web.http.Failure;
import dev.sandbar.web.http.Json;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection whose next request doesn't come: the whole head of the first one is awaited for a time from the
 * connection's beginning, that of another one for the same time from its first byte, and that byte for the time that an
 * idle connection may stay. Half a head is answered by 408. While a request is at work nothing is limited here.
 *
 * <p>For one connection, on its event loop. {@link #bytes} goes before the decoder, this behind it.
 */
final class HeadDeadline extends ChannelDuplexHandler {

    private static final Failure LATE = new Failure(408, "The request's head didn't come in time");

    private final ConnectionSettings settings;
    private final Json json;
    private @Nullable ScheduledFuture<?> timer;
    private int open;
    private boolean receiving;
    private boolean kept;
    private boolean begun;
    private boolean decoded;

    HeadDeadline(ConnectionSettings settings, Json json) {
        this.settings = settings;
        this.json = json;
    }

    /** Sees bytes before they are a head. */
    ChannelHandler bytes() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                decoded = false;
                context.fireChannelRead(message);
                if (!decoded) begin(context.pipeline().context(HeadDeadline.this));
            }
        };
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        await(context, settings.head());
    }

    /**
     * Bytes that nothing came of are the beginning of a head, unless they belong to a body. They may come before the last
     * answer is over: its client has all of it when its end is still to be written.
     */
    private void begin(@Nullable ChannelHandlerContext context) {
        if (begun || receiving || context == null) return;
        begun = true;
        if (kept && open == 0) await(context, settings.head());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        decoded = true;
        if (message instanceof HttpRequest) {
            open++;
            receiving = true;
            begun = false;
            stop();
        }
        if (message instanceof LastHttpContent) {
            receiving = false;
            rest(context);
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (Messages.ends(message)) {
            open = Math.max(0, open - 1);
            rest(context);
        }
        var unused = context.write(message, promise);
    }

    private boolean isAtWork() {
        return open > 0 || receiving;
    }

    private void rest(ChannelHandlerContext context) {
        if (isAtWork()) return;
        kept = true;
        await(context, begun ? settings.head() : settings.idle());
    }

    private void await(ChannelHandlerContext context, Duration limit) {
        stop();
        timer = context.executor().schedule(() -> end(context), limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void end(ChannelHandlerContext context) {
        if (begun) {
            context.writeAndFlush(Refusing.answer(context, json, LATE)).addListener(ChannelFutureListener.CLOSE);
        } else {
            var unused = context.close();
        }
    }

    private void stop() {
        if (timer != null) timer.cancel(false);
        timer = null;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }
}

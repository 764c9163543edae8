package dev.sandbar.web.wire;

import dev.sandbar.web.http.Failure;
import dev.sandbar.web.http.Json;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a request whose body brings nothing for a time while we wait for it: by 408, or where its answer has begun by a
 * cut. Whoever reads the body learns that its client is gone. A body that we don't read costs its client no time.
 *
 * <p>For one connection whose requests come one at a time, or one stream of HTTP/2, on its event loop.
 */
final class BodyDeadline extends ChannelDuplexHandler {

    private static final Failure LATE = new Failure(408, "The request's body didn't come in time");

    private final Duration limit;
    private final Json json;
    private @Nullable ScheduledFuture<?> timer;
    private boolean receiving;
    private boolean begun;
    private boolean asked;
    private long since;

    /** @param receiving whether it is added behind a head whose body comes */
    BodyDeadline(Duration limit, Json json, boolean receiving) {
        this.limit = limit;
        this.json = json;
        this.receiving = receiving;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (receiving) watch(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        asked = false;
        since = System.nanoTime();
        if (message instanceof HttpRequest) {
            begun = false;
            receiving = true;
            watch(context);
        }
        if (message instanceof LastHttpContent) {
            receiving = false;
            stop();
        }
        context.fireChannelRead(message);
    }

    /** Without automatic reading this asks for some bytes, with it for all that come. */
    @Override
    public void read(ChannelHandlerContext context) {
        asked = !context.channel().config().isAutoRead();
        since = System.nanoTime();
        context.read();
    }

    private void watch(ChannelHandlerContext context) {
        since = System.nanoTime();
        schedule(context, limit.toNanos());
    }

    private void schedule(ChannelHandlerContext context, long nanos) {
        stop();
        timer = context.executor().schedule(() -> look(context), nanos, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext context) {
        Channel channel = context.channel();
        long left = limit.toNanos() - (System.nanoTime() - since);
        boolean waiting = asked || channel.config().isAutoRead();
        if (!receiving || !channel.isActive()) return;
        if (waiting && left <= 0) {
            giveUp(context);
        } else {
            schedule(context, waiting ? left : limit.toNanos());
        }
    }

    private void giveUp(ChannelHandlerContext context) {
        if (begun) {
            var unused = context.channel().close();
        } else {
            context.writeAndFlush(Refusing.answer(context, json, LATE)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        begun |= Messages.begins(message);
        var unused = context.write(message, promise);
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

package dev.sandbar.web.wire;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Hands on one request at a time: those that a client sends ahead wait here until the answer before is written. Reactor
 * Netty 1.3.7 queues them itself, but forgets them all when the last one says {@code Connection: close}, and may never
 * read again where an answer comes at once. Behind that last one, or one that nobody can read, nothing is a request.
 *
 * <p>For one connection, on its event loop.
 */
final class InTurn extends ChannelDuplexHandler {

    /** Messages that may wait; beyond that nothing is read. One read brings few more. */
    private static final int MOST = 32;

    private final Queue<Object> waiting = new ArrayDeque<>();
    private boolean answering;
    private boolean last;
    private boolean over;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            over = last;
            last |= request.decoderResult().isFailure() || !HttpUtil.isKeepAlive(request);
        }
        if (over) {
            ReferenceCountUtil.release(message);
        } else if (!waiting.isEmpty() || (answering && message instanceof HttpRequest)) {
            hold(context, message);
        } else {
            pass(context, message);
        }
    }

    private void hold(ChannelHandlerContext context, Object message) {
        waiting.add(message);
        if (waiting.size() >= MOST) context.channel().config().setAutoRead(false);
    }

    private void pass(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) answering = true;
        context.fireChannelRead(message);
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (waiting.size() < MOST) context.read();
    }

    /** The next request may come in a later turn of the event loop only, when the server is done with this one. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        ChannelPromise known = promise;
        if (Messages.ends(message)) {
            known = promise.unvoid();
            known.addListener(written -> context.executor().execute(() -> next(context)));
        }
        var unused = context.write(message, known);
    }

    private void next(ChannelHandlerContext context) {
        answering = false;
        while (!waiting.isEmpty() && !(answering && waiting.peek() instanceof HttpRequest)) {
            pass(context, waiting.remove());
        }
        if (!answering) context.read();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        handlerRemoved(context);
        context.fireChannelInactive();
    }
}

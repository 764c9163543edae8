package dev.sandbar.web.wire;

import dev.sandbar.web.http.Cut;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Closes a stream of HTTP/2 in the middle of its answer by an error: clients take the reset that Netty would send
 * (CANCEL) for a proper end. For one stream, on its event loop.
 */
final class StreamClosing extends ChannelOutboundHandlerAdapter {

    private boolean answering;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (Messages.begins(message)) answering = true;
        if (Messages.ends(message)) answering = false;
        var unused = context.write(message, promise);
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (answering) fail(context);
        var unused = context.close(promise);
    }

    private void fail(ChannelHandlerContext context) {
        answering = false;
        var unused = context.writeAndFlush(Cut.internalError());
    }
}

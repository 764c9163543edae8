package dev.sandbar.web;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Asks for the next request of a connection behind each answer. Reactor Netty 1.3.7 does so itself, but not where it had
 * held the request back (because the answer before came from another thread) and that is answered at once: the client's
 * next request would never be read. For one connection, on its event loop.
 */
final class NextRequest extends ChannelOutboundHandlerAdapter {

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        var unused = context.write(message, promise);
        if (message instanceof LastHttpContent) context.executor().execute(context::read);
    }
}

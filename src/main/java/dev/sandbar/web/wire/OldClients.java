package dev.sandbar.web.wire;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;

/**
 * Answers HTTP/1.0 as that knows it: no chunks, and the connection ends behind the body. For one connection, whose
 * requests come one at a time.
 */
final class OldClients extends ChannelDuplexHandler {

    private boolean old;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            old = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
            if (old) request.headers().remove(HttpHeaderNames.CONNECTION);
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (old && message instanceof HttpResponse response) {
            response.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
        }
        var unused = context.write(message, promise);
    }
}

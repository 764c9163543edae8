package dev.sandbar.web.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Refuses a connection beyond the bounds before a byte of it is looked at. It says why, in a whole answer, and gives its
 * client a moment to read that; where there are too many of them already, or under TLS, it is closed at once. For one
 * connection, the first in its pipeline.
 */
final class Overflow extends ChannelInboundHandlerAdapter {

    private static final int PATIENCE_MILLIS = 500;

    private final byte[] answer;
    private final boolean told;

    Overflow(byte[] answer, boolean told) {
        this.answer = answer;
        this.told = told;
    }

    /** The whole answer. */
    static byte[] answer(byte[] body) {
        String head = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length + "\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";
        ByteBuf all = Unpooled.buffer();
        all.writeCharSequence(head, StandardCharsets.US_ASCII);
        all.writeBytes(body);
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!told || !(context.channel() instanceof DuplexChannel channel)) {
            end(context);
            return;
        }
        context.writeAndFlush(Unpooled.wrappedBuffer(answer)).addListener(written -> halfClose(channel));
        channel.config().setAutoRead(true);
        var timer = context.executor().schedule(() -> end(context), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> timer.cancel(false));
    }

    private static void halfClose(DuplexChannel channel) {
        var unused = channel.shutdownOutput();
    }

    private static void end(ChannelHandlerContext context) {
        var unused = context.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }
}

package dev.sandbar.web.wire;

import dev.sandbar.web.http.Failure;
import dev.sandbar.web.http.Json;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.util.ReferenceCountUtil;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@link Malformed} requests in their turn, and ends the connection. Reactor Netty 1.3.7 would do so by the
 * exchange before, which has answered already, where another thread has written that answer's end. What is wrong in a
 * body it answers itself, bare: such an answer gets a body like every other refusal.
 *
 * <p>For one connection, whose requests come one at a time, on its event loop.
 */
final class Refusing extends ChannelDuplexHandler {

    private static final Failure BAD_CHUNK = new Failure(400, "The request's body is not well-formed HTTP");
    private static final Map<Integer, Failure> IN_BODY = Map.of(
            400,
            BAD_CHUNK,
            413,
            new Failure(413, "The request is too large"),
            414,
            BAD_CHUNK,
            431,
            new Failure(431, "The request's trailers have more than " + ServerRules.HEAD_LIMIT + " bytes"));

    private final Json json;
    private boolean over;

    Refusing(Json json) {
        this.json = json;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (over) {
            ReferenceCountUtil.release(message);
            return;
        }
        Failure refusal = message instanceof HttpRequest request ? Malformed.answer(request) : null;
        over = refusal != null || isBadChunk(message);
        if (refusal == null) {
            context.fireChannelRead(message);
        } else {
            ReferenceCountUtil.release(message);
            context.writeAndFlush(answer(context, json, refusal)).addListener(told -> end(context));
        }
    }

    private static void end(ChannelHandlerContext context) {
        var unused = context.close();
    }

    private static boolean isBadChunk(Object message) {
        if (!(message instanceof HttpContent content)) return false;
        DecoderResult result = content.decoderResult();
        return result.isFailure() && !(result.cause() instanceof TooLongHttpHeaderException);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        Failure told = bare(message);
        var unused =
                context.write(told == null ? message : withBody((FullHttpResponse) message, told, context), promise);
    }

    /** The decoder says of a chunk's first line what it says of a request's. */
    private static @Nullable Failure bare(Object message) {
        boolean bare = message instanceof FullHttpResponse response
                && !response.content().isReadable()
                && !response.headers().contains(HttpHeaderNames.CONTENT_TYPE);
        return bare ? IN_BODY.get(((FullHttpResponse) message).status().code()) : null;
    }

    private FullHttpResponse withBody(FullHttpResponse bare, Failure told, ChannelHandlerContext context) {
        FullHttpResponse answer = answer(context, json, told);
        if (HttpUtil.isKeepAlive(bare)) answer.headers().remove(HttpHeaderNames.CONNECTION);
        bare.release();
        return answer;
    }

    /** A whole answer, behind which the connection ends. */
    static FullHttpResponse answer(ChannelHandlerContext context, Json json, Failure told) {
        byte[] body = json.bytes(told.body());
        ByteBuf content = context.alloc().buffer(body.length).writeBytes(body);
        FullHttpResponse full =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(told.status()), content);
        full.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, "close");
        return full;
    }
}

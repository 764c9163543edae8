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
import java.net.ProtocolException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.ChannelOperations;

/**
 * Marks requests that {@link RequestRules} refuse as malformed, so that the server answers them in their turn and ends
 * the connection its bare answers to such requests a body like every other refusal. For one connection.
 */
final class Refusing extends ChannelDuplexHandler {

    private static final Map<Integer, String> MESSAGES = Map.of(
            400,
            "The request is not well-formed HTTP",
            413,
            "The request is too large",
            414,
            "The request's first line has more than " + ServerRules.LINE_LIMIT + " bytes",
            431,
            "The request's headers have more than " + ServerRules.HEAD_LIMIT + " bytes");

    private static final Failure BAD_CHUNK = new Failure(400, "The request's body is not well-formed HTTP");

    /** One each millisecond. */
    private static final int LOOKS = 1000;

    private final Json json;
    private @Nullable Failure refusal;

    Refusing(Json json) {
        this.json = json;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refusal != null) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            check(request);
            if (request.decoderResult().isFailure()) {
                passOn(context, request, LOOKS);
                return;
            }
        } else if (message instanceof HttpContent content && isBadChunk(content.decoderResult())) {
            refusal = BAD_CHUNK;
        }
        context.fireChannelRead(message);
    }

    /**
     * Reactor Netty answers what can't be decoded through the exchange before, which has answered already, where it hasn't let
     * go of that yet: another thread may have written its end.
     */
    private static void passOn(ChannelHandlerContext context, HttpRequest refused, int looks) {
        if (looks == 0 || !context.channel().isActive() || ChannelOperations.get(context.channel()) == null) {
            context.fireChannelRead(refused);
        } else {
            var unused =
                    context.executor().schedule(() -> passOn(context, refused, looks - 1), 1, TimeUnit.MILLISECONDS);
        }
    }

    /** A refused request gets another target: Reactor Netty answers none whose target it can't parse. */
    private void check(HttpRequest request) {
        if (request.decoderResult().isSuccess()) refusal = RequestRules.refusal(request);
        if (refusal != null) request.setDecoderResult(DecoderResult.failure(new ProtocolException()));
        if (request.decoderResult().isFailure()) request.setUri("/");
    }

    /** The decoder calls a chunk's first line as it does a request's. */
    private static boolean isBadChunk(DecoderResult result) {
        return result.isFailure() && !(result.cause() instanceof TooLongHttpHeaderException);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        boolean bare = message instanceof FullHttpResponse response && isBare(response);
        var unused = context.write(bare ? withBody((FullHttpResponse) message, context) : message, promise);
    }

    private static boolean isBare(FullHttpResponse response) {
        return MESSAGES.containsKey(response.status().code())
                && !response.content().isReadable()
                && !response.headers().contains(HttpHeaderNames.CONTENT_TYPE);
    }

    private FullHttpResponse withBody(FullHttpResponse bare, ChannelHandlerContext context) {
        int status = bare.status().code();
        FullHttpResponse answer = answer(
                context, json, refusal == null ? new Failure(status, String.valueOf(MESSAGES.get(status))) : refusal);
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

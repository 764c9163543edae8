package dev.sandbar.web;

import dev.sandbar.web.http.Failure;
import dev.sandbar.web.http.Json;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.Map;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.json.JsonMapper;

/**
 * Adapts the HTTP server: larger heads are accepted, and what the server refuses by itself, before any route is asked,
 * gets a body like every other refusal; no request of a connection is left unread.
 */
public final class ServerRefusals implements NettyServerCustomizer {

    private static final int HEAD_LIMIT = 32 * 1024;
    private static final int LINE_LIMIT = 16 * 1024;
    private static final Map<Integer, String> MESSAGES = Map.of(
            400,
            "The request is not well-formed HTTP",
            413,
            "The request is too large",
            414,
            "The request's first line has more than " + LINE_LIMIT + " bytes",
            431,
            "The request's headers have more than " + HEAD_LIMIT + " bytes");

    private final Json json;

    public ServerRefusals(JsonMapper mapper, WebSettings settings) {
        this.json = new Json(mapper, settings.bodyLimit());
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return server.httpRequestDecoder(
                        heads -> heads.maxHeaderSize(HEAD_LIMIT).maxInitialLineLength(LINE_LIMIT))
                .doOnChannelInit((observer, channel, address) -> install(channel));
    }

    private void install(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(NettyPipeline.HttpCodec) != null) {
            pipeline.addAfter(NettyPipeline.HttpCodec, "sandbar.refusals", new Bodies());
            pipeline.addAfter(NettyPipeline.HttpCodec, "sandbar.lingering", new LingeringClose());
            pipeline.addAfter(NettyPipeline.HttpCodec, "sandbar.next", new NextRequest());
        }
    }

    /** Gives a body to refusals that have none. */
    private final class Bodies extends ChannelOutboundHandlerAdapter {

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            boolean bare = message instanceof FullHttpResponse response && isBare(response);
            var unused = context.write(bare ? withBody((FullHttpResponse) message, context) : message, promise);
        }

        private boolean isBare(FullHttpResponse response) {
            return MESSAGES.containsKey(response.status().code())
                    && !response.content().isReadable()
                    && !response.headers().contains(HttpHeaderNames.CONTENT_TYPE);
        }

        private FullHttpResponse withBody(FullHttpResponse bare, ChannelHandlerContext context) {
            int status = bare.status().code();
            byte[] body = json.bytes(new Failure(status, String.valueOf(MESSAGES.get(status))).body());
            ByteBuf content = context.alloc().buffer(body.length).writeBytes(body);
            FullHttpResponse full = bare.replace(content);
            full.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
            full.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
            bare.release();
            return full;
        }
    }
}

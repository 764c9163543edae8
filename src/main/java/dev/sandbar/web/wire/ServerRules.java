package dev.sandbar.web.wire;

import dev.sandbar.web.WebSettings;
import dev.sandbar.web.http.Failure;
import dev.sandbar.web.http.Json;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.json.JsonMapper;

/**
 * Adapts the HTTP server: larger heads are accepted, RFC 9112 is kept, what stands still is ended, what is too much is
 * refused, and what the server refuses by itself, before any route is asked, gets a body like every other refusal.
 */
public final class ServerRules implements NettyServerCustomizer {

    static final int HEAD_LIMIT = 32 * 1024;
    static final int LINE_LIMIT = 16 * 1024;
    private static final int MOST_TOLD = 100;
    private static final Failure TOO_MANY =
            new Failure(503, "Too many connections (sandbar.http.connections, or of your address): try again later");

    private final ConnectionSettings settings;
    private final ConnectionBounds bounds;
    private final Pipelines pipelines;
    private final byte[] overflow;

    /** @param connections of which there are fewer where the process may not open as many files */
    public ServerRules(JsonMapper mapper, WebSettings web, ConnectionSettings connections) {
        Json json = new Json(mapper, web.bodyLimit());
        this.settings = connections;
        this.bounds = new ConnectionBounds(connections);
        this.pipelines = new Pipelines(connections, json);
        this.overflow = Overflow.answer(json.bytes(TOO_MANY.body()));
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return server.httpRequestDecoder(
                        heads -> heads.maxHeaderSize(HEAD_LIMIT).maxInitialLineLength(LINE_LIMIT))
                .http2Settings(
                        http2 -> http2.maxConcurrentStreams(settings.streams()).maxHeaderListSize(HEAD_LIMIT))
                .doOnChannelInit((observer, channel, address) -> begin(channel))
                .doOnConnection(this::beginStream);
    }

    private void begin(Channel channel) {
        if (bounds.admit(channel)) {
            pipelines.complete(channel);
        } else {
            boolean told = bounds.refused() < MOST_TOLD && channel.pipeline().get(SslHandler.class) == null;
            channel.pipeline().addFirst("sandbar.overflow", new Overflow(overflow, told));
        }
    }

    private void beginStream(Connection request) {
        if (request.channel() instanceof Http2StreamChannel stream) pipelines.complete(stream);
    }
}

package dev.sandbar.web.wire;

import dev.sandbar.web.http.Json;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerUpgradeHandler.UpgradeEvent;
import io.netty.handler.codec.http2.CleartextHttp2ServerUpgradeHandler.PriorKnowledgeUpgradeEvent;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.List;
import reactor.netty.NettyPipeline;

/** Puts our handlers around those of Reactor Netty, by the protocol that a connection speaks. Thread-safe. */
final class Pipelines {

    private static final String BYTES = "sandbar.bytes";
    private static final String PROTOCOL = "sandbar.protocol";
    private static final List<String> OWN = List.of(
            BYTES,
            "sandbar.head",
            "sandbar.marks",
            "sandbar.turn",
            "sandbar.body",
            "sandbar.closing",
            "sandbar.refusing",
            "sandbar.old");

    private final ConnectionSettings settings;
    private final Json json;

    Pipelines(ConnectionSettings settings, Json json) {
        this.settings = settings;
        this.json = json;
    }

    /** Completes the pipeline of a new connection; where its protocol isn't known yet, as soon as it is. */
    void complete(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(Http2FrameCodec.class) != null) {
            pipeline.addLast("sandbar.idle", new Http2Idle(settings));
        } else if (pipeline.get(NettyPipeline.HttpTrafficHandler) != null) {
            http1(pipeline);
        } else if (pipeline.get(PROTOCOL) == null) {
            pipeline.addBefore(NettyPipeline.ReactiveBridge, PROTOCOL, new Negotiation());
        }
    }

    private void http1(ChannelPipeline pipeline) {
        String decoder = pipeline.get(NettyPipeline.HttpCodec) == null
                ? NettyPipeline.H2CUpgradeHandler
                : NettyPipeline.HttpCodec;
        HeadDeadline head = new HeadDeadline(settings, json);
        String next = NettyPipeline.HttpTrafficHandler;
        pipeline.addBefore(next, "sandbar.head", head)
                .addBefore(next, "sandbar.marks", new Malformed.Marks())
                .addBefore(next, "sandbar.turn", new InTurn())
                .addBefore(next, "sandbar.body", new BodyDeadline(settings.body(), json, false))
                .addBefore(next, "sandbar.closing", new Closing())
                .addBefore(next, "sandbar.refusing", new Refusing(json))
                .addBefore(next, "sandbar.old", new OldClients())
                .addBefore(decoder, BYTES, head.bytes());
        if (pipeline.get(PROTOCOL) == null) pipeline.addBefore(next, PROTOCOL, new Negotiation());
    }

    /** Completes the pipeline of one request of HTTP/2, whose head was just read. */
    void complete(Http2StreamChannel stream) {
        ChannelPipeline pipeline = stream.pipeline();
        pipeline.addBefore(NettyPipeline.HttpTrafficHandler, "sandbar.closing", new StreamClosing());
        Http2FrameStream frames = stream.stream();
        if (frames.state() == Http2Stream.State.OPEN) {
            pipeline.addBefore(
                    NettyPipeline.HttpTrafficHandler, "sandbar.body", new BodyDeadline(settings.body(), json, true));
        }
    }

    /** Looks again when another protocol was agreed upon. */
    private final class Negotiation extends ChannelInboundHandlerAdapter {

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            boolean http2 = event instanceof PriorKnowledgeUpgradeEvent || event instanceof UpgradeEvent;
            if (http2 || event instanceof SslHandshakeCompletionEvent) {
                ChannelPipeline pipeline = context.pipeline();
                OWN.stream().filter(name -> pipeline.get(name) != null).forEach(pipeline::remove);
                pipeline.remove(this);
                complete(context.channel());
            }
            context.fireUserEventTriggered(event);
        }
    }
}

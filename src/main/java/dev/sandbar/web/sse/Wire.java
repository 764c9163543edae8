package dev.sandbar.web.sse;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.WriteBufferWaterMark;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Mono;
import reactor.netty.FutureMono;
import reactor.netty.http.server.HttpServerResponse;

/** The connection that an answer is written to, as far as it is known: how much of it waits for the client. */
final class Wire {

    private final @Nullable Channel channel;

    Wire(ServerHttpResponse response) {
        Object server = ServerHttpResponseDecorator.getNativeResponse(response);
        Channel[] found = new Channel[1];
        if (server instanceof HttpServerResponse known) {
            known.withConnection(connection -> found[0] = connection.channel());
        }
        channel = found[0];
    }

    /** Whether little waits for the client. */
    boolean isReady() {
        return channel == null || channel.isWritable();
    }

    /** Completes when the client has taken all that was written before. */
    Mono<Void> ready() {
        Channel known = channel;
        return known == null ? Mono.empty() : FutureMono.deferFuture(() -> known.writeAndFlush(Unpooled.EMPTY_BUFFER));
    }

    /** About how many bytes wait for the client in this process. */
    long waiting() {
        if (channel == null) return 0;
        WriteBufferWaterMark marks = channel.config().getWriteBufferWaterMark();
        long room = channel.bytesBeforeUnwritable();
        return room > 0 ? marks.high() - room : marks.low() + channel.bytesBeforeWritable();
    }
}

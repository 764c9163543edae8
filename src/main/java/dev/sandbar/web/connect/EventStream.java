package dev.sandbar.web.connect;

import dev.sandbar.async.Batches;
import dev.sandbar.web.http.Cut;
import dev.sandbar.web.http.EventLoops;
import dev.sandbar.web.http.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.BodyInserter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The answer of a server stream: its events as envelopes, then the end envelope.
 *
 * <p>Whatever is there is written at once and flushed; nothing more is taken from the source until the client's
 * connection has taken that. A keep-alive is written when nothing else was for an interval. When the client goes away
 * the source is cancelled.
 */
public final class EventStream {

    /** Bytes for messages that aren't worth a count. */
    private static final int BUFFER = 1024;

    private static final int CAPACITY = 16;
    private static final byte[] OK = {'{', '}'};

    private final Flux<Object> events;
    private final Encoder encoder;
    private final Json json;
    private final Duration keepAlive;

    /** Writes a batch of events, in order, as envelopes. */
    @FunctionalInterface
    public interface Encoder {
        void encode(List<Object> batch, DataBuffer to);

        /** About how many bytes that will be; a buffer that is too small grows, which costs a copy. */
        default int bytes(List<Object> batch) {
            return 0;
        }
    }

    /**
     * @param events errors become the end envelope, but those that {@link Cut} knows cut the connection
     * @param encoder also gets {@link KeepAlive}
     */
    public EventStream(Flux<?> events, Encoder encoder, Json json, Duration keepAlive) {
        this.events = events.cast(Object.class);
        this.encoder = encoder;
        this.json = json;
        this.keepAlive = keepAlive;
    }

    static EventStream failed(Json json, ConnectError error) {
        return new EventStream(Flux.error(error), (batch, to) -> {}, json, Duration.ofDays(1));
    }

    /** Nothing else was written for an interval. */
    public record KeepAlive() {}

    /** How the source has ended. */
    @SuppressWarnings("ArrayRecordComponent") // written, never compared
    private record End(byte[] json) {}

    Mono<Void> write(ServerHttpResponse response, BodyInserter.Context context) {
        Flux<Object> all = events.concatWith(Mono.just(new End(OK))).onErrorResume(error -> ended(response, error));
        Scheduler loop = EventLoops.of(response);
        return response.writeAndFlushWith(Batches.each(all, CAPACITY, batches -> next(batches, response, loop)));
    }

    private Flux<Object> ended(ServerHttpResponse response, Throwable error) {
        if (Cut.isFor(error) && Cut.cut(response, error)) return Flux.never();
        return Flux.just(
                new End(json.bytes(Map.of("error", ConnectErrors.of(error).body()))));
    }

    private Publisher<DataBuffer> next(Batches<Object> batches, ServerHttpResponse response, Scheduler loop) {
        Mono<List<Object>> idle = batches.isEmpty() ? waited(batches, loop) : Mono.just(List.of());
        return idle.mapNotNull(otherwise -> {
            List<Object> batch = batches.take();
            return encode(batch.isEmpty() ? otherwise : batch, response);
        });
    }

    /** Goes on when the event loop is done with what woke it: whatever came together is then written together. */
    private Mono<List<Object>> waited(Batches<Object> batches, Scheduler loop) {
        return batches.ready()
                .publishOn(loop)
                .thenReturn(List.<Object>of())
                .timeout(keepAlive, Mono.just(List.of(new KeepAlive())));
    }

    /** Null where there is nothing to write: the source has ended behind its last event. */
    private @Nullable DataBuffer encode(List<Object> batch, ServerHttpResponse response) {
        if (batch.isEmpty()) return null;
        DataBuffer buffer = response.bufferFactory().allocateBuffer(BUFFER + encoder.bytes(batch));
        try {
            encode(batch, buffer);
            return buffer;
        } catch (RuntimeException failed) {
            DataBufferUtils.release(buffer);
            throw failed;
        }
    }

    private void encode(List<Object> full, DataBuffer buffer) {
        if (full.get(full.size() - 1) instanceof End end) {
            encoder.encode(full.subList(0, full.size() - 1), buffer);
            Frames.end(buffer, end.json());
        } else {
            encoder.encode(full, buffer);
        }
    }
}

package dev.sandbar.web.sse;

import dev.sandbar.async.Batches;
import dev.sandbar.event.SseFrame;
import dev.sandbar.web.http.Cut;
import dev.sandbar.web.http.EventLoops;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.scheduler.Scheduler;

/**
 * One open answer: frames are taken from its source as fast as the client takes them from the connection. How long nothing
 * was written or taken is found out by {@link #beat}, one call at a time.
 */
final class SseStream {

    private static final int CAPACITY = 128;
    private static final int BATCH_BYTES = 64 * 1024;
    private static final byte[] HEARTBEAT = SseFrame.comment("heartbeat").bytes();

    private final ServerHttpResponse response;
    private final Scheduler clock;
    private final Scheduler loop;
    private final Wire wire;
    private volatile @Nullable Batches<SseFrame> batches;
    private volatile boolean ended;
    private volatile boolean silent;
    private volatile long wroteAt;
    private volatile long endedAt;
    private volatile long written;
    private long taken = -1;
    private long tookAt;

    SseStream(ServerHttpResponse response, Scheduler clock) {
        this.response = response;
        this.clock = clock;
        this.loop = EventLoops.of(response);
        this.wire = new Wire(response);
        this.wroteAt = now();
        this.tookAt = wroteAt;
    }

    Mono<Void> write(Flux<SseFrame> frames) {
        return response.writeAndFlushWith(frames.switchOnFirst(this::begun));
    }

    private Publisher<? extends Publisher<DataBuffer>> begun(Signal<? extends SseFrame> first, Flux<SseFrame> all) {
        Throwable error = first.getThrowable();
        if (error != null) return Flux.error(error);
        if (first.isOnComplete()) {
            response.setStatusCode(HttpStatus.NO_CONTENT);
            response.getHeaders().remove(HttpHeaders.CONTENT_TYPE);
            return Flux.empty();
        }
        return Batches.each(all.onErrorResume(this::broken), CAPACITY, this::next);
    }

    private Publisher<SseFrame> broken(Throwable error) {
        return Cut.cut(response, error) ? Flux.never() : Flux.error(error);
    }

    /** What is there, or comes next; the server asks for it ahead of need, so it is held back while the client is slow. */
    private Publisher<DataBuffer> next(Batches<SseFrame> arrived) {
        if (batches == null) batches = arrived;
        if (ended) arrived.finish();
        Mono<DataBuffer> batch = Mono.fromSupplier(() -> take(arrived));
        Mono<DataBuffer> next =
                arrived.isEmpty() ? arrived.ready().publishOn(loop).then(batch) : batch;
        return wire.isReady() ? next : wire.ready().then(next);
    }

    /** Null where there is nothing to write: the source has ended. */
    private @Nullable DataBuffer take(Batches<SseFrame> arrived) {
        List<SseFrame> frames = arrived.take(frame -> frame.bytes().length, BATCH_BYTES);
        if (frames.isEmpty() && !silent) return null;
        silent = false;
        wroteAt = now();
        return frames.isEmpty() ? response.bufferFactory().wrap(HEARTBEAT) : joined(frames);
    }

    private DataBuffer joined(List<SseFrame> frames) {
        int size = 0;
        for (SseFrame frame : frames) size += frame.bytes().length;
        long before = written;
        written = before + size;
        DataBuffer buffer = response.bufferFactory().allocateBuffer(size);
        for (SseFrame frame : frames) buffer.write(frame.bytes());
        return buffer;
    }

    /** Ends it behind what it has; may be called again. */
    void end() {
        if (!ended) endedAt = now();
        ended = true;
        Batches<SseFrame> arrived = batches;
        if (arrived != null) arrived.finish();
    }

    /** Writes a heartbeat when it is time, and cuts off a client that takes nothing. */
    void beat(long now, SseSettings settings) {
        long waiting = wire.waiting();
        if (waiting == 0 || written - waiting > taken) {
            taken = written - waiting;
            tookAt = now;
        }
        if (now - tookAt >= settings.patience().toMillis()) cut("takes nothing");
        else if (ended && now - endedAt >= settings.grace().toMillis()) cut("is still owed something at the end");
        else if (now - wroteAt >= settings.heartbeat().toMillis()) nudge();
    }

    private void nudge() {
        Batches<SseFrame> arrived = batches;
        if (arrived == null) return;
        silent = true;
        arrived.nudge();
    }

    private void cut(String what) {
        Cut.cut(response, new TimeoutException("the client " + what));
    }

    private long now() {
        return clock.now(TimeUnit.MILLISECONDS);
    }
}

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
 * One open answer. It waits for frames or writes some; how long it has done either is known to {@link #beat}, which any
 * thread may call.
 */
final class SseStream {

    private static final int CAPACITY = 32;
    private static final byte[] HEARTBEAT = SseFrame.comment("heartbeat").bytes();

    private final ServerHttpResponse response;
    private final Scheduler clock;
    private final Scheduler loop;
    private volatile @Nullable Batches<SseFrame> batches;
    private volatile boolean ended;
    private volatile boolean writing;
    private volatile boolean silent;
    private volatile long since;
    private volatile long endedAt;

    SseStream(ServerHttpResponse response, Scheduler clock) {
        this.response = response;
        this.clock = clock;
        this.loop = EventLoops.of(response);
        this.since = now();
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

    /** What is there, or comes next. For one call at a time: the one before was written. */
    private Publisher<DataBuffer> next(Batches<SseFrame> arrived) {
        if (batches == null) batches = arrived;
        if (ended) arrived.finish();
        if (!arrived.isEmpty()) return Mono.fromSupplier(() -> taken(arrived));
        since = now();
        writing = false;
        return arrived.ready().publishOn(loop).then(Mono.fromSupplier(() -> taken(arrived)));
    }

    /** Null where there is nothing to write: the source has ended. */
    private @Nullable DataBuffer taken(Batches<SseFrame> arrived) {
        List<SseFrame> frames = arrived.take();
        if (frames.isEmpty() && !silent) return null;
        silent = false;
        since = now();
        writing = true;
        return frames.isEmpty() ? response.bufferFactory().wrap(HEARTBEAT) : joined(frames);
    }

    private DataBuffer joined(List<SseFrame> frames) {
        int size = 0;
        for (SseFrame frame : frames) size += frame.bytes().length;
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

    /** Writes a heartbeat when it is time, and cuts the client off that takes nothing. */
    void beat(long now, SseSettings settings) {
        long idle = now - since;
        if (writing && idle >= settings.patience().toMillis()) cut("takes nothing");
        else if (ended && now - endedAt >= settings.grace().toMillis()) cut("is still owed something at the end");
        else if (!writing && idle >= settings.heartbeat().toMillis()) nudge();
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

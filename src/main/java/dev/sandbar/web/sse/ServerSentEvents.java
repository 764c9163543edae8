package dev.sandbar.web.sse;

import dev.sandbar.async.Sweeper;
import dev.sandbar.event.SseFrame;
import dev.sandbar.web.http.Refusals;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Answers by streams of server-sent events, and looks after all that are open. Thread-safe. */
public final class ServerSentEvents implements AutoCloseable {

    private static final Duration BEAT = Duration.ofMillis(250);

    private final Set<SseStream> open = ConcurrentHashMap.newKeySet();
    private final Refusals refusals;
    private final SseSettings settings;
    private final Scheduler scheduler;
    private final Sweeper beats;
    private volatile boolean ended;

    /** Takes a scheduler (the caller's own) for the time and the beats. */
    public ServerSentEvents(Refusals refusals, SseSettings settings, Scheduler scheduler) {
        this.refusals = refusals;
        this.settings = settings;
        this.scheduler = scheduler;
        this.beats = new Sweeper("Streams of events", BEAT, scheduler, () -> Mono.fromRunnable(this::beat));
    }

    /** Begins with the heartbeats. */
    public void begin() {
        beats.start();
    }

    /**
     * An answer of these frames. The first one decides: the client has its headers with it, so a source should begin with
     * {@link SseFrame#OPEN} as soon as it knows that it can go on. A source that fails before is refused like any other
     * request; one that completes before is answered by 204, upon which clients don't ask again. One that fails later is
     * cut off, so that nobody takes it for complete. Lazy; the source is cancelled when the client goes away.
     */
    public Mono<ServerResponse> answer(ServerRequest request, Flux<SseFrame> frames) {
        return ServerResponse.ok()
                .contentType(MediaType.TEXT_EVENT_STREAM)
                .cacheControl(CacheControl.noCache())
                .header("X-Accel-Buffering", "no")
                .body((response, context) -> write(request, frames, response));
    }

    private Mono<Void> write(ServerRequest request, Flux<SseFrame> frames, ServerHttpResponse response) {
        SseStream stream = new SseStream(response, scheduler);
        Mono<Void> written = Mono.defer(() -> {
            open.add(stream);
            if (ended) stream.end();
            return stream.write(isHead(request) ? frames.take(1) : frames);
        });
        return written.onErrorResume(error -> refused(request, response, error))
                .doFinally(signal -> open.remove(stream));
    }

    /** Its answer is over with the headers: who waits for the stream's end would keep the connection from its next request. */
    private static boolean isHead(ServerRequest request) {
        return request.method().equals(HttpMethod.HEAD);
    }

    private Mono<Void> refused(ServerRequest request, ServerHttpResponse response, Throwable error) {
        return response.isCommitted()
                ? Mono.error(error)
                : refusals.write(request.headers().asHttpHeaders(), response, error);
    }

    /** Ends all streams, those that come later too; cuts off clients that don't take what they are owed for a while. */
    public void end() {
        ended = true;
        open.forEach(SseStream::end);
    }

    /** As {@link #end}, and no more heartbeats: for the end of the process. */
    @Override
    public void close() {
        end();
        beats.close();
    }

    /** How many streams are open. */
    public int open() {
        return open.size();
    }

    private void beat() {
        long now = scheduler.now(TimeUnit.MILLISECONDS);
        open.forEach(stream -> stream.beat(now, settings));
    }
}

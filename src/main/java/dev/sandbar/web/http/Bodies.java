package dev.sandbar.web.http;

import dev.sandbar.async.Shares;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.util.retry.Retry;

/**
 * How much memory the bodies of requests may take that are read as a whole, in all and of each owner. A body counts from
 * before its first byte is read until its request is over, since what is made of it lives as long; a body whose length is
 * known counts with all of that at once. Who finds none left waits for a moment, unread, and is refused then; one of unknown
 * length is refused in the middle.
 */
public final class Bodies implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    private static final String TAKEN = Bodies.class.getName() + ".taken";
    private static final Duration WAIT = Duration.ofMillis(50);
    private static final int WAITS = 40;
    private static final int RETRY_AFTER_SECONDS = 2;

    private final Shares shares;

    /** @param shares bytes, shared by all that read bodies */
    public Bodies(Shares shares) {
        this.shares = shares;
    }

    /** What one request has taken. Several threads may give, one at a time takes. */
    private static final class Taking {

        private final Shares shares;
        private final ServerRequest request;
        private long taken;
        private boolean over;

        Taking(Shares shares, ServerRequest request) {
            this.shares = shares;
            this.request = request;
        }

        Mono<Void> take(long bytes) {
            return Mono.<Void>fromRunnable(() -> takeNow(bytes))
                    .retryWhen(Retry.fixedDelay(WAITS, WAIT)
                            .filter(Full.class::isInstance)
                            .onRetryExhaustedThrow((spec, signal) -> signal.failure()))
                    .onErrorMap(Full.class, full -> refusal(full.of));
        }

        private synchronized void takeNow(long bytes) {
            if (over) return;
            Shares.Taken answer = shares.take(Owners.of(request), bytes);
            if (answer != Shares.Taken.YES) throw new Full(answer);
            taken += bytes;
        }

        /** What has come can't wait. */
        void count(DataBuffer buffer, SynchronousSink<DataBuffer> counted) {
            try {
                takeNow(buffer.readableByteCount());
                counted.next(buffer);
            } catch (Full full) {
                DataBufferUtils.release(buffer);
                counted.error(refusal(full.of));
            }
        }

        private ApiException refusal(Shares.Taken full) {
            boolean own = full == Shares.Taken.OWNER_FULL;
            String message = own
                    ? "Your requests under way hold " + shares.mostEach()
                            + " bytes of bodies, which is the limit (sandbar.bodies.most-per-owner): try again later"
                    : "All requests under way hold " + shares.most()
                            + " bytes of bodies, which is the limit (sandbar.bodies.most): try again later";
            return new ApiException(own ? 429 : 503, message, Map.of(Failure.RETRY_AFTER, RETRY_AFTER_SECONDS));
        }

        synchronized void giveAll() {
            if (!over && taken > 0) shares.give(Owners.of(request), taken);
            over = true;
        }
    }

    private static final class Full extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final Shares.Taken of;

        Full(Shares.Taken of) {
            super(of.name(), null, false, false);
            this.of = of;
        }
    }

    @Override
    public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
        return Mono.defer(() -> {
            Taking taking = new Taking(shares, request);
            request.attributes().put(TAKEN, taking);
            return next.handle(request)
                    .<ServerResponse>map(response -> new Written(response, taking::giveAll))
                    .switchIfEmpty(Mono.fromRunnable(taking::giveAll))
                    .doOnError(error -> taking.giveAll())
                    .doOnCancel(taking::giveAll);
        });
    }

    /** Counts so many bytes of a request that isn't read as a whole. */
    public static Mono<Void> room(ServerRequest request, long bytes) {
        return taking(request).take(bytes);
    }

    /**
     * The request's body, counted; to be read once, by a handler behind the filter, of a request whose owner is known. Fails
     * with {@link DataBufferLimitException} where more than the limit is announced.
     */
    public static Flux<DataBuffer> of(ServerRequest request, long limit) {
        Taking taking = taking(request);
        Flux<DataBuffer> body = request.body(BodyExtractors.toDataBuffers());
        long length = request.headers().contentLength().orElse(-1);
        if (length > limit) return Flux.error(new DataBufferLimitException("more than " + limit + " bytes"));
        return length >= 0 ? taking.take(length).thenMany(body) : body.handle(taking::count);
    }

    /**
     * The request's body, as {@link #of}, of which only so many bytes are kept by whoever reads it, and count: the rest is
     * looked at and dropped.
     */
    public static Flux<DataBuffer> beginning(ServerRequest request, int kept) {
        Taking taking = taking(request);
        AtomicLong left = new AtomicLong(kept);
        return request.body(BodyExtractors.toDataBuffers()).handle((buffer, counted) -> {
            if (left.getAndAdd(-buffer.readableByteCount()) > 0) taking.count(buffer, counted);
            else counted.next(buffer);
        });
    }

    private static Taking taking(ServerRequest request) {
        return (Taking) request.attribute(TAKEN).orElseThrow();
    }
}

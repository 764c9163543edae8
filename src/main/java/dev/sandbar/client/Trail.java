package dev.sandbar.client;

import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/** How far one subscriber of a numbered stream has come, over all connections that it took. */
final class Trail<T> {

    private static final String GAP = "gap";

    private final Following<T> stream;
    private final Attempts attempts;
    private volatile boolean opened;
    private volatile long seen;

    Trail(long seq, Following<T> stream, Attempts attempts) {
        this.seen = seq;
        this.stream = stream;
        this.attempts = attempts;
    }

    /** The number of the last event that was handed on. */
    long seen() {
        return seen;
    }

    /** Whether any request has been answered by a stream. */
    boolean isOpened() {
        return opened;
    }

    /** One connection's events. There are none behind the last one. */
    Flux<T> read(Answer answer) {
        if (answer.status() == Answer.NO_CONTENT) return answer.body().thenMany(Flux.empty());
        answer.require(MediaType.TEXT_EVENT_STREAM);
        opened = true;
        SseParser parser = new SseParser(stream.calls().settings().maxJson(), answer.name());
        Tail tail = new Tail(answer);
        return tail.of(answer.body()
                .concatMapIterable(parser::take, 1)
                .index(this::arrived)
                .handle((frame, sink) -> hand(frame, answer.name(), tail, sink)));
    }

    /** Anything behind the greeting shows that this connection is of use. */
    private SseFrame arrived(long index, SseFrame frame) {
        if (index > 0 || !frame.isComment()) attempts.progress();
        return frame;
    }

    private void hand(SseFrame frame, String name, Tail tail, SynchronousSink<T> sink) {
        T event = frame.isComment() ? null : next(frame, name);
        if (event == null) return;
        if (stream.last().test(event)) tail.end();
        sink.next(event);
    }

    private @Nullable T next(SseFrame frame, String name) {
        long seq = number(frame, name);
        if (seq <= seen) return null;
        if (seq != seen + 1 && !frame.type().equals(GAP)) {
            throw Wire.malformed(name, "the events " + (seen + 1) + " to " + (seq - 1) + " are missing");
        }
        seen = seq;
        return stream.read().read(seq, frame);
    }

    private static long number(SseFrame frame, String name) {
        if (frame.id().matches("\\d{1,18}")) return Long.parseLong(frame.id());
        throw Wire.malformed(name, "an event has no number");
    }
}

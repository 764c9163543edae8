package dev.sandbar.event;

import java.util.function.Predicate;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** Each subscription is a reader of its own. */
final class EventFlux extends Flux<SseFrame> {

    private final Events events;
    private final String stream;
    private final long after;
    private final Predicate<String> terminal;

    EventFlux(Events events, String stream, long after, Predicate<String> terminal) {
        this.events = events;
        this.stream = stream;
        this.after = after;
        this.terminal = terminal;
    }

    @Override
    public void subscribe(CoreSubscriber<? super SseFrame> actual) {
        events.join(stream, after, terminal, actual);
    }
}

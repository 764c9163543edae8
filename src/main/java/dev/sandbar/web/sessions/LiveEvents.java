package dev.sandbar.web.sessions;

import dev.sandbar.session.tool.ToolEvent;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * What a call tells before its end, for one reader, who doesn't hold the call up: the first {@value #ROOM} events that it
 * hasn't taken wait for it; from the first that finds no room all later ones are counted instead.
 */
final class LiveEvents {

    static final int ROOM = 1024;

    private final Sinks.Many<ToolEvent> taken = Sinks.many()
            .unicast()
            .onBackpressureBuffer(Queues.<ToolEvent>get(ROOM).get());
    private final AtomicLong lost = new AtomicLong();

    /** Never waits. One event at a time. */
    void tell(ToolEvent event) {
        if (event instanceof ToolEvent.End) return;
        if (lost.get() > 0 || taken.tryEmitNext(event).isFailure()) lost.incrementAndGet();
    }

    void end() {
        taken.tryEmitComplete();
    }

    /** For one subscriber. */
    Flux<ToolEvent> read() {
        return taken.asFlux();
    }

    /** How many events behind those that can be read there were no room for. */
    long lost() {
        return lost.get();
    }
}

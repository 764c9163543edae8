package dev.sandbar.web.mcp;

import dev.sandbar.session.tool.ToolEvent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/** Says that a call goes on while it tells nothing by itself, since clients give up what is silent. */
final class Heartbeat {

    private Heartbeat() {}

    /** The events up to the end, with progress wherever nothing was told for {@code longest}. Lazy. */
    static Flux<ToolEvent> within(Flux<ToolEvent> events, String tool, Duration longest, Scheduler timer) {
        return Flux.defer(() -> {
            AtomicBoolean told = new AtomicBoolean();
            long began = timer.now(TimeUnit.SECONDS);
            Flux<ToolEvent> beats = Flux.interval(longest.dividedBy(2), timer)
                    .onBackpressureDrop()
                    .filter(beat -> !told.getAndSet(false))
                    .map(beat -> goesOn(tool, timer.now(TimeUnit.SECONDS) - began));
            return Flux.merge(1, beats, events)
                    .doOnNext(event -> told.set(true))
                    .takeUntil(event -> event instanceof ToolEvent.End);
        });
    }

    private static ToolEvent goesOn(String tool, long seconds) {
        return new ToolEvent.Progress(tool + " goes on (" + seconds + " s)");
    }
}

package dev.sandbar.event;

import dev.sandbar.store.LogEntry;
import dev.sandbar.store.LogRange;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Reads streams from the store, in pieces of bounded size. Lazy; emits on the given scheduler, so that the store's threads
 * do nothing but reading; a store that is busy is asked again for a while.
 */
final class History {

    private static final int PAGE = 256;
    private static final long PAGE_BYTES = 128 * 1024;
    private static final int TRIES = 6;
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Store store;
    private final EventCodec codec;
    private final Scheduler scheduler;

    History(Store store, EventCodec codec, Scheduler scheduler) {
        this.store = store;
        this.codec = codec;
        this.scheduler = scheduler;
    }

    /** Which events of a stream are kept. */
    Mono<LogRange> range(String stream) {
        return store.range(Events.log(stream)).retryWhen(again()).publishOn(scheduler);
    }

    /** What follows an event; begins with a gap where the next ones are gone. */
    Mono<EventPage> after(String stream, long after) {
        return Mono.defer(() -> read(stream, new Reading(after + 1)))
                .retryWhen(again())
                .publishOn(scheduler);
    }

    private Mono<EventPage> read(String stream, Reading reading) {
        return store.read(Events.log(stream), reading.next - 1, PAGE)
                .doOnNext(reading::add)
                .takeUntil(entry -> reading.full())
                .then(Mono.fromSupplier(() -> new EventPage(reading.frames, reading.full())));
    }

    private Retry again() {
        return Retry.backoff(TRIES, PAUSE)
                .maxBackoff(LONGEST_PAUSE)
                .scheduler(scheduler)
                .filter(StoreException.Busy.class::isInstance)
                .onRetryExhaustedThrow((spec, last) -> last.failure());
    }

    /** A page that is being read. */
    private final class Reading {
        final List<SseFrame> frames = new ArrayList<>();
        long next;
        private int entries;
        private long bytes;

        Reading(long next) {
            this.next = next;
        }

        void add(LogEntry entry) {
            if (entry.sequence() > next) frames.add(codec.gap(next, entry.sequence() - 1));
            SseFrame frame = codec.frame(entry);
            frames.add(frame);
            bytes += frame.bytes().length;
            entries++;
            next = entry.sequence() + 1;
        }

        boolean full() {
            return entries >= PAGE || bytes >= PAGE_BYTES;
        }
    }
}

package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** Counts who is at work: from the subscribing on until the work has ended or its cancel was called. */
final class Inside {

    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();

    <T> Mono<T> watch(Mono<T> work) {
        return Mono.defer(() -> {
            AtomicBoolean out = new AtomicBoolean();
            begun.incrementAndGet();
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            Runnable leave = () -> {
                if (out.compareAndSet(false, true)) now.decrementAndGet();
            };
            return work.doOnTerminate(leave).doOnCancel(leave);
        });
    }

    int begun() {
        return begun.get();
    }

    void assertNeverTwo() {
        assertThat(most).hasValueLessThanOrEqualTo(1);
        assertThat(now).hasValue(0);
    }
}

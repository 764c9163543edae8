package dev.sandbar.async;

import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** One place at a sink, for one subscriber. */
final class Seat<V> extends MonoOperator<V, V> {

    private final Runnable leave;

    /** @param leave called once, when the subscriber has cancelled */
    Seat(Mono<V> sink, Runnable leave) {
        super(sink);
        this.leave = leave;
    }

    @Override
    public void subscribe(CoreSubscriber<? super V> actual) {
        source.subscribe(new Passenger<>(actual, leave));
    }

    /**
     * Passes everything on, but for what its subscriber throws: a sink that is thrown at (fatal errors come through all
     * operators) tells nobody else.
     */
    private static final class Passenger<V> implements CoreSubscriber<V>, Subscription {

        private final AtomicBoolean left = new AtomicBoolean();
        private final CoreSubscriber<? super V> actual;
        private final Runnable leave;
        private Subscription sink = Operators.emptySubscription();

        Passenger(CoreSubscriber<? super V> actual, Runnable leave) {
            this.actual = actual;
            this.leave = leave;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            sink = subscription;
            actual.onSubscribe(this);
        }

        @Override
        public void onNext(V value) {
            guard(() -> actual.onNext(value));
        }

        @Override
        public void onError(Throwable error) {
            guard(() -> actual.onError(error));
        }

        @Override
        public void onComplete() {
            guard(actual::onComplete);
        }

        private void guard(Runnable signal) {
            try {
                signal.run();
            } catch (Throwable thrown) { // goes where Reactor reports what nobody takes
                Operators.onErrorDropped(thrown, currentContext());
            }
        }

        @Override
        public void request(long count) {
            sink.request(count);
        }

        @Override
        public void cancel() {
            sink.cancel();
            if (left.compareAndSet(false, true)) leave.run();
        }
    }
}

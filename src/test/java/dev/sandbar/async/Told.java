package dev.sandbar.async;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** A subscriber that keeps each end that it is told of, also where there is more than one: a value, "empty" or an error. */
final class Told implements CoreSubscriber<String> {

    private final List<Object> ends = new CopyOnWriteArrayList<>();
    private final Context context;
    private volatile Subscription subscription = Operators.emptySubscription();
    private volatile @Nullable String value;

    Told(Context context) {
        this.context = context;
    }

    static Told by(Mono<String> mono) {
        Told told = new Told(Context.empty());
        mono.subscribe(told);
        return told;
    }

    /** Also in the middle of being told. */
    void cancel() {
        subscription.cancel();
    }

    List<Object> ends() {
        return ends;
    }

    /** The only end, a failure where there is none or another. */
    Object end() {
        if (ends.size() != 1) throw new AssertionError("told of " + ends + " and not of one end");
        return ends.get(0);
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String next) {
        if (value != null) ends.add("a second value: " + next);
        value = next;
    }

    @Override
    public void onError(Throwable error) {
        ends.add(error);
    }

    @Override
    public void onComplete() {
        String got = value;
        ends.add(got == null ? "empty" : got);
    }
}

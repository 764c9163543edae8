package dev.sandbar.event;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/** Writes down every signal that comes, also those that mustn't: types of events, the end, or the kind of an error. */
final class Signals implements CoreSubscriber<SseFrame> {

    final List<String> seen = new CopyOnWriteArrayList<>();
    private final long requested;
    private @Nullable Subscription subscription;

    /** Takes whatever comes. */
    Signals(Bed bed, long after) {
        this(bed, after, Long.MAX_VALUE);
    }

    Signals(Bed bed, long after, long requested) {
        this.requested = requested;
        bed.events.follow(Bed.STREAM, after, Seen.LAST::equals).subscribe(this);
    }

    Subscription subscription() {
        return Objects.requireNonNull(subscription);
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        given.request(requested);
    }

    @Override
    public void onNext(SseFrame frame) {
        seen.add(frame.type());
    }

    @Override
    public void onError(Throwable error) {
        seen.add(error.getClass().getSimpleName());
    }

    @Override
    public void onComplete() {
        seen.add("end");
    }
}

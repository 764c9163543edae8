package dev.sandbar.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** A reader that writes down what it sees, and requests what the test tells it to. */
final class Seen extends BaseSubscriber<SseFrame> {

    static final String LAST = "test.last";
    private static final Predicate<String> TERMINAL = LAST::equals;
    private static final Pattern FROM = Pattern.compile("\"from\":(\\d+),\"to\":(\\d+)");

    final List<SseFrame> frames = Collections.synchronizedList(new ArrayList<>());
    final long after;
    volatile @Nullable Throwable error;
    volatile boolean completed;
    private final CountDownLatch over = new CountDownLatch(1);

    private Seen(long after) {
        this.after = after;
    }

    /** One that takes whatever comes. */
    static Seen all(Events events, long after) {
        Seen seen = idle(events, after);
        seen.request(Long.MAX_VALUE);
        return seen;
    }

    /** One that has requested nothing yet. */
    static Seen idle(Events events, long after) {
        Seen seen = new Seen(after);
        events.follow(Bed.STREAM, after, TERMINAL).subscribe(seen);
        return seen;
    }

    /** The number that it goes on behind. */
    long last() {
        return frames.isEmpty()
                ? after
                : Math.max(after, frames.get(frames.size() - 1).seq());
    }

    /** Numbers of all frames behind the first comment. */
    List<Long> numbers() {
        return List.copyOf(frames).stream().skip(1).map(SseFrame::seq).toList();
    }

    void awaitEnd() {
        try {
            assertThat(over.await(10, TimeUnit.SECONDS))
                    .as("ended, with %s", numbers())
                    .isTrue();
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    /** Each event once and in order, or a gap in its place that is behind what is kept. */
    void assertWhole(long firstKept) {
        long next = after + 1;
        if (frames.isEmpty()) return;
        assertThat(frames.get(0)).isSameAs(SseFrame.OPEN);
        List<SseFrame> seen = List.copyOf(frames);
        for (SseFrame frame : seen.subList(1, seen.size())) {
            if (frame.type().equals(SseFrame.GAP)) {
                Matcher gap = FROM.matcher(text(frame));
                assertThat(gap.find()).isTrue();
                assertThat(Long.parseLong(gap.group(1))).as("begin of a gap").isEqualTo(next);
                assertThat(frame.seq()).isEqualTo(Long.parseLong(gap.group(2))).isGreaterThanOrEqualTo(next);
                assertThat(frame.seq()).as("end of a gap").isLessThan(firstKept);
            } else {
                assertThat(frame.seq()).isEqualTo(next);
                assertThat(text(frame)).contains("\"n\":" + frame.seq() + "}");
            }
            next = frame.seq() + 1;
        }
    }

    static String text(SseFrame frame) {
        return new String(frame.bytes(), StandardCharsets.UTF_8);
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        // nothing is requested by itself
    }

    @Override
    protected void hookOnNext(SseFrame frame) {
        frames.add(frame);
    }

    @Override
    protected void hookOnError(Throwable throwable) {
        error = throwable;
        over.countDown();
    }

    @Override
    protected void hookOnComplete() {
        completed = true;
        over.countDown();
    }
}

package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.client.SandboxTransportException.Broken;
import dev.sandbar.client.SandboxTransportException.TimedOut;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** When something is tried again, in virtual time: first after half a second to one, at most after two to four. */
class AttemptsTests {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(4);
    private static final Duration TOTAL = Duration.ofSeconds(30);

    private final Broken broken = new Broken("broke", null);
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<Long> begun = new ArrayList<>();
    private Attempts attempts = attempts(100);

    private Attempts attempts(int most) {
        return new Attempts(new ClientSettings.Repeats(most, FIRST, LONGEST), most, TOTAL, time);
    }

    private long seconds() {
        return time.now(TimeUnit.MILLISECONDS) / 1000;
    }

    /** Its outcome, when the first so many attempts fail so. */
    private @Nullable Throwable outcome(int failing, Throwable failure, Runnable each) {
        List<Throwable> told = new ArrayList<>();
        Mono.<String>defer(() -> {
                    attempts.begin();
                    begun.add(seconds());
                    each.run();
                    return begun.size() <= failing ? Mono.error(failure) : Mono.just("done");
                })
                .retryWhen(attempts.whenever(error -> true))
                .subscribe(done -> {}, told::add);
        time.advanceTimeBy(Duration.ofHours(1));
        return told.isEmpty() ? null : told.get(0);
    }

    @Test
    void pausesGrowUpToTheLongest() {
        assertThat(outcome(6, broken, () -> {})).isNull();
        assertThat(begun).hasSize(7);
        assertThat(begun.get(1)).isBetween(0L, 1L);
        assertThat(begun.get(6) - begun.get(5)).isBetween(1L, 5L);
        assertThat(begun.get(6)).isBetween(9L, 20L);
    }

    @Test
    void soManyAreMadeAndNoMore() {
        attempts = attempts(3);
        assertThat(outcome(9, broken, () -> {})).isSameAs(broken);
        assertThat(begun).hasSize(3);
    }

    @Test
    void noneBeginsBeyondTheDeadline() {
        assertThat(outcome(1000, broken, () -> {})).isSameAs(broken);
        assertThat(begun.get(begun.size() - 1)).isBetween(24L, 30L);
    }

    @Test
    void progressSetsTheDeadlineAndThePausesAnew() {
        assertThat(outcome(60, broken, attempts::progress)).isNull();
        assertThat(begun).hasSize(61);
        assertThat(begun.get(60)).isBetween(30L, 61L);
        assertThat(attempts.left()).isEqualTo(TOTAL);
    }

    @Test
    void theClockOfAStreamThatGoesOnStandsStill() {
        attempts.progress();
        time.advanceTimeBy(Duration.ofHours(2));
        assertThat(attempts.left()).isEqualTo(TOTAL);
        attempts.begin();
        time.advanceTimeBy(Duration.ofSeconds(10));
        attempts.begin();
        assertThat(attempts.left()).isEqualTo(Duration.ofSeconds(20));
        time.advanceTimeBy(Duration.ofSeconds(25));
        assertThat(attempts.left()).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void theLastOneThatRanOutOfTimeIsNotWhatIsTold() {
        TimedOut late = new TimedOut("late", TimedOut.Limit.TOTAL);
        List<Throwable> failures = List.of(broken, late);
        List<Throwable> told = new ArrayList<>();
        Mono.defer(() -> {
                    begun.add(seconds());
                    return Mono.error(failures.get(begun.size() - 1));
                })
                .retryWhen(attempts.whenever(error -> true))
                .subscribe(done -> {}, told::add);
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(told).containsExactly(broken);
        assertThat(begun).hasSize(2);
    }

    @Test
    void withoutAReasonBeforeItIsTold() {
        attempts = attempts(1);
        TimedOut late = new TimedOut("late", TimedOut.Limit.TOTAL);
        assertThat(outcome(5, late, () -> {})).isSameAs(late);
    }

    @Test
    void whatTheServerAskedForIsWaitedForAndMore() {
        SandboxApiException wish = new SandboxApiException(503, "x", "later", Duration.ofSeconds(10));
        assertThat(outcome(1, wish, () -> {})).isNull();
        assertThat(begun.get(1)).isBetween(10L, 11L);
        assertThat(outcome(1000, new SandboxApiException(503, "x", "later", Duration.ofSeconds(31)), () -> {}))
                .isNotNull();
    }

    @Test
    void overWithinAnAttemptIsAtOnceForTwiceAndThenBehindGrowingPauses() {
        for (int count = 1; count <= 2; count++) {
            assertThat(attempts.over(count, broken).toFuture()).isCompleted();
        }
        long before = seconds();
        List<Long> done = new ArrayList<>();
        attempts.over(3, broken).subscribe(null, null, () -> done.add(seconds()));
        attempts.over(9, broken).subscribe(null, null, () -> done.add(seconds()));
        assertThat(done).isEmpty();
        time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(done.get(0) - before).isBetween(0L, 1L);
        assertThat(done.get(1) - before).isBetween(2L, 4L);
        time.advanceTimeBy(Duration.ofSeconds(24));
        assertThat(attempts.over(1, broken).toFuture()).isCompleted();
        assertThat(attempts.over(9, broken).toFuture()).isCompletedExceptionally();
    }
}

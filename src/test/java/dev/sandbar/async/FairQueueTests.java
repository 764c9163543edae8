package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.async.FairQueue.Bounds;
import dev.sandbar.async.QueueFullException.Bound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

class FairQueueTests {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<String> begun = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private FairQueue<String> queue = queue(1, 1, 100, 50);

    private FairQueue<String> queue(int atOnce, int atOncePerKey, int waiting, int waitingPerKey) {
        return new FairQueue<>("tests", new Bounds(atOnce, atOncePerKey, waiting, waitingPerKey, MINUTE), time);
    }

    @AfterEach
    void nothingIsLeft() {
        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(queue.working()).isZero();
        assertThat(queue.waiting()).isZero();
        assertThat(queue.keys()).isZero();
    }

    /** Takes a second. */
    private Mono<String> work(String name) {
        return Mono.delay(SECOND, time).thenReturn(name).doOnSubscribe(subscription -> begun.add(name));
    }

    private Disposable enter(String name, boolean pressing) {
        return queue.inTurn(name.substring(0, 1), pressing, turn -> work(name).doFinally(signal -> turn.close()))
                .subscribe(ended::add, error -> ended.add(name + " " + told(error)));
    }

    private static String told(Throwable error) {
        if (!(error instanceof QueueFullException full)) {
            return error.getClass().getSimpleName();
        }
        return full.bound() + " " + full.place() + " " + full.delay().toSeconds();
    }

    private void enter(String... names) {
        for (String name : names) enter(name, false);
    }

    private void pass(int seconds) {
        time.advanceTimeBy(Duration.ofSeconds(seconds));
    }

    @Test
    void errorAndEmptinessOfTheWorkAreTheAskers() {
        queue.inTurn(
                        "a",
                        false,
                        turn -> Mono.error(new IllegalStateException("wrong")).doFinally(signal -> turn.close()))
                .subscribe(value -> ended.add("value"), error -> ended.add(told(error)), () -> ended.add("empty"));
        queue.inTurn("a", false, turn -> Mono.empty().doFinally(signal -> turn.close()))
                .subscribe(value -> ended.add("value"), error -> ended.add(told(error)), () -> ended.add("empty"));
        pass(1);
        assertThat(ended).containsExactly("IllegalStateException", "empty");
    }

    @Test
    void theManyOfOneKeyHoldUpTheFewOfAnotherByOneRoundAtMost() {
        enter("a1", "a2", "a3", "a4", "a5", "b1", "c1", "c2", "b2");
        pass(9);
        assertThat(begun).containsExactly("a1", "a2", "b1", "c1", "a3", "b2", "c2", "a4", "a5");
        assertThat(ended).isEqualTo(begun);
    }

    @Test
    void whoComesLaterIsNotPassedByThoseWhoseKeyHadItsTurn() {
        enter("a1", "a2", "a3", "a4");
        pass(1);
        enter("b1");
        pass(2);
        assertThat(begun).containsExactly("a1", "a2", "a3", "b1");
        pass(10);
    }

    @Test
    void soManyWorkAtOnceAndSoManyOfAKey() {
        queue = queue(3, 2, 100, 100);
        enter("a1", "a2", "a3", "b1", "b2", "b3");
        assertThat(begun).containsExactly("a1", "a2", "b1");
        assertThat(queue.working()).isEqualTo(3);
        assertThat(queue.waiting()).isEqualTo(3);
        pass(1);
        assertThat(begun).containsExactly("a1", "a2", "b1", "a3", "b2", "b3");
        pass(1);
    }

    @Test
    void aKeyThatWorksAsMuchAsItMayIsPassedOver() {
        queue = queue(2, 1, 100, 100);
        enter("a1", "a2", "a3", "b1");
        assertThat(begun).containsExactly("a1", "b1");
        pass(1);
        assertThat(begun).containsExactly("a1", "b1", "a2");
        pass(2);
        assertThat(begun).containsExactly("a1", "b1", "a2", "a3");
    }

    @Test
    void thePressingGoAheadOfTheirOwnKeyOnly() {
        enter("a1", "a2", "b1", "b2");
        enter("b3", true);
        enter("b4", true);
        pass(10);
        assertThat(begun).containsExactly("a1", "a2", "b3", "b4", "b1", "b2");
    }

    @Test
    void aTurnLastsUntilItsPermitIsClosedAndNoLonger() {
        List<Permit> turns = new ArrayList<>();
        queue.inTurn("a", false, turn -> {
                    turns.add(turn);
                    return Mono.just("at once");
                })
                .subscribe(ended::add);
        enter("b1");
        pass(5);
        assertThat(ended).containsExactly("at once");
        turns.get(0).close();
        turns.get(0).close();
        enter("b2");
        pass(0);
        assertThat(begun).containsExactly("b1");
        pass(1);
        assertThat(begun).containsExactly("b1", "b2");
        pass(5);
    }

    @Test
    void cancellingWhileItWaitsLeavesAtOnceAndCancellingTheWorkDoesNotEndItsTurn() {
        Sinks.Empty<Void> over = Sinks.empty();
        Disposable working = queue.inTurn("a", false, turn -> {
                    over.asMono().doFinally(signal -> turn.close()).subscribe();
                    return Mono.never();
                })
                .subscribe();
        Disposable waiting = enter("a2", false);
        enter("a3");
        assertThat(queue.waiting()).isEqualTo(2);
        waiting.dispose();
        assertThat(queue.waiting()).isOne();
        working.dispose();
        pass(5);
        assertThat(queue.working()).isOne();
        assertThat(begun).isEmpty();
        over.tryEmitEmpty();
        pass(1);
        assertThat(begun).containsExactly("a3");
    }

    @Test
    void whatDoesNotFitIsRefusedWithItsPlaceAndAboutTheTimeUntilIt() {
        queue = queue(2, 2, 5, 3);
        enter("a1", "a2");
        pass(1);
        begun.clear();
        ended.clear();
        enter("a3", "a4", "a5", "a6", "a7");
        enter("a8");
        assertThat(ended).containsExactly("a8 OF_KEY 4 2");
        enter("b1", "b2");
        enter("c1");
        assertThat(ended).containsExactly("a8 OF_KEY 4 2", "c1 OF_ALL 3 1");
        enter("b3");
        assertThat(ended.get(2)).isEqualTo("b3 OF_ALL 6 3");
        pass(10);
        assertThat(begun).containsExactly("a3", "a4", "a5", "b1", "a6", "b2", "a7");
    }

    @Test
    void theTimeUntilItsTurnFollowsWhatTheLatestWorkTook() {
        queue = queue(1, 1, 0, 0);
        for (int i = 0; i < 40; i++) {
            Duration takes = Duration.ofSeconds(i < 20 ? 1 : 10);
            queue.inTurn("a", false, turn -> Mono.delay(takes, time).doFinally(signal -> turn.close()))
                    .subscribe();
            if (i == 0) enter("b1");
            time.advanceTimeBy(takes);
        }
        enter("a1");
        enter("b2");
        assertThat(ended.get(0)).isEqualTo("b1 OF_KEY 1 1");
        assertThat(ended.get(1)).startsWith("b2 OF_KEY 1 ");
        assertThat(Integer.parseInt(ended.get(1).substring("b2 OF_KEY 1 ".length())))
                .isBetween(7, 10);
    }

    @Test
    void patienceIsBoundedAndItsEndTellsThePlace() {
        queue = queue(1, 1, 100, 100);
        Sinks.Empty<String> stuck = Sinks.empty();
        queue.inTurn("a", false, turn -> stuck.asMono().doFinally(signal -> turn.close()))
                .subscribe();
        enter("b1", "b2", "c1");
        pass(59);
        assertThat(ended).isEmpty();
        pass(1);
        assertThat(ended).containsExactly("b1 PATIENCE 1 1", "b2 PATIENCE 1 1", "c1 PATIENCE 1 1");
        assertThat(queue.waiting()).isZero();
        enter("d1");
        stuck.tryEmitEmpty();
        pass(1);
        assertThat(begun).containsExactly("d1");
        pass(120);
        assertThat(ended).endsWith("d1");
    }

    @Test
    void workThatCantEvenBeginEndsItsTurn() {
        queue.<String>inTurn("a", false, turn -> {
                    throw new CancellationException("no more");
                })
                .subscribe(ended::add, error -> ended.add(told(error)));
        enter("b1");
        assertThat(ended).containsExactly("CancellationException");
        assertThat(begun).containsExactly("b1");
    }

    @Test
    void closingRefusesWhoWaitsAndWhoComesAndLetsWhatHasBegunGoOn() {
        enter("a1", "a2", "b1");
        queue.close();
        enter("c1");
        String refused = RejectedExecutionException.class.getSimpleName();
        assertThat(ended).containsExactly("a2 " + refused, "b1 " + refused, "c1 " + refused);
        pass(1);
        assertThat(ended).endsWith("a1");
        assertThat(begun).containsExactly("a1");
    }

    @Test
    void aSchedulerThatRefusesFailsWhoWaitsAndNobodyHangs() {
        VirtualTimeScheduler other = VirtualTimeScheduler.create();
        queue = new FairQueue<>("tests", new Bounds(1, 1, 10, 10, MINUTE), other);
        List<Permit> turns = new ArrayList<>();
        queue.inTurn("a", false, turn -> {
                    turns.add(turn);
                    return Mono.never();
                })
                .subscribe();
        enter("a2", "b1");
        other.dispose();
        turns.get(0).close();
        assertThat(ended).hasSize(2).allMatch(told -> told.endsWith("RejectedExecutionException"));
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void boundsThatLetNobodyWorkAreRefused() {
        assertThatThrownBy(() -> new Bounds(0, 1, 1, 1, MINUTE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Bounds(1, 0, 1, 1, MINUTE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Bounds(1, 1, -1, 1, MINUTE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Bounds(1, 1, 1, -1, MINUTE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Bounds(1, 1, 1, 1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThat(queue).hasToString("tests");
        assertThat(Bound.values()).hasSize(3);
    }
}

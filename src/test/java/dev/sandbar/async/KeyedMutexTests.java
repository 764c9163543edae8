package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.ContextView;

@Timeout(60)
class KeyedMutexTests {

    private final Queue<Runnable> handed = new ArrayDeque<>();
    private final Scheduler handOff = Schedulers.fromExecutor(handed::add);
    private final KeyedMutex<String> mutex = new KeyedMutex<>("tests", handOff);
    private final List<String> begun = new CopyOnWriteArrayList<>();

    @AfterEach
    void nobodyHoldsOrWaits() {
        assertThat(mutex.keys()).isZero();
        handOff.dispose();
    }

    @Test
    void workBeginsWhenSubscribedToAndNotBefore() {
        TestPublisher<String> work = TestPublisher.create();
        Mono<String> turn = mutex.inTurn("a", work.mono());
        work.assertWasNotSubscribed();
        assertThat(mutex.keys()).isZero();
        StepVerifier.create(turn)
                .then(work::assertWasSubscribed)
                .then(() -> assertThat(mutex.keys()).isOne())
                .then(() -> work.emit("done"))
                .expectNext("done")
                .verifyComplete();
    }

    @Test
    void emptyWorkIsEmpty() {
        StepVerifier.create(mutex.inTurn("a", Mono.empty())).verifyComplete();
    }

    @Test
    void eachSubscriptionHasATurnOfItsOwn() {
        AtomicInteger count = new AtomicInteger();
        Mono<Integer> turn = mutex.inTurn("a", Mono.fromSupplier(count::incrementAndGet));
        StepVerifier.create(turn).expectNext(1).verifyComplete();
        StepVerifier.create(turn).expectNext(2).verifyComplete();
    }

    @Test
    void worksOfOneKeyRunOneAfterTheOtherInTheOrderInWhichTheyCame() {
        List<Sinks.Empty<Void>> works = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            works.add(enter("a", "work " + i));
        }
        for (int i = 0; i < 4; i++) {
            assertThat(begun).hasSize(i + 1).last().isEqualTo("work " + i);
            works.get(i).tryEmitEmpty();
            proceed();
        }
    }

    @Test
    void differentKeysDoNotWaitForEachOther() {
        Sinks.Empty<Void> one = enter("a", "one");
        Sinks.Empty<Void> other = enter("b", "other");
        assertThat(begun).containsExactly("one", "other");
        assertThat(mutex.keys()).isEqualTo(2);
        one.tryEmitEmpty();
        other.tryEmitEmpty();
    }

    @Test
    void turnHasEndedBeforeTheCallerIsTold() {
        StepVerifier.create(mutex.inTurn("a", Mono.just("done")).map(done -> mutex.keys()))
                .expectNext(0)
                .verifyComplete();
        StepVerifier.create(mutex.inTurn("a", Mono.error(new IllegalStateException("broken")))
                        .onErrorResume(error -> Mono.just(mutex.keys())))
                .expectNext(0)
                .verifyComplete();
    }

    @Test
    void failureIsPassedOnAndTheNextOneBegins() {
        Mono<Object> failing = mutex.inTurn("a", Mono.error(new IllegalStateException("broken")));
        Sinks.Empty<Void> first = enter("a", "first");
        StepVerifier.create(failing)
                .then(first::tryEmitEmpty)
                .then(this::proceed)
                .verifyErrorMessage("broken");
        enter("a", "next").tryEmitEmpty();
        assertThat(begun).containsExactly("first", "next");
    }

    @Test
    void cancelledWaiterDoesNotJumpTheQueueAndIsNeverBegun() {
        Sinks.Empty<Void> first = enter("a", "first");
        TestPublisher<String> left = TestPublisher.create();
        Disposable leaver = mutex.inTurn("a", left.mono()).subscribe();
        Sinks.Empty<Void> last = enter("a", "last");
        leaver.dispose();
        proceed();
        assertThat(begun).containsExactly("first");
        first.tryEmitEmpty();
        proceed();
        assertThat(begun).containsExactly("first", "last");
        left.assertWasNotSubscribed();
        last.tryEmitEmpty();
    }

    @Test
    void waiterThatLeavesAfterItsTurnHasComeLetsTheNextOneBegin() {
        Sinks.Empty<Void> first = enter("a", "first");
        TestPublisher<String> left = TestPublisher.create();
        Disposable leaver = mutex.inTurn("a", left.mono()).subscribe();
        Sinks.Empty<Void> last = enter("a", "last");
        first.tryEmitEmpty();
        leaver.dispose();
        proceed();
        left.assertWasNotSubscribed();
        assertThat(begun).containsExactly("first", "last");
        last.tryEmitEmpty();
    }

    @Test
    void cancellingTheWorkEndsTheTurnAfterTheWorksOwnCancel() {
        List<String> order = new ArrayList<>();
        Mono<Object> work = Mono.never().doOnCancel(() -> order.add("cancelled, keys: " + mutex.keys()));
        mutex.inTurn("a", work).subscribe().dispose();
        assertThat(order).containsExactly("cancelled, keys: 1");
    }

    @Test
    void cancellingWhileTheWorkIsBeingSubscribedToEndsTheTurnWhenThatHasReturned() {
        Sinks.Empty<Void> leave = Sinks.empty();
        List<Integer> keys = new ArrayList<>();
        Mono<Object> work = Mono.defer(() -> {
            leave.tryEmitEmpty();
            keys.add(mutex.keys());
            return Mono.never();
        });
        StepVerifier.create(mutex.inTurn("a", work).takeUntilOther(leave.asMono()))
                .verifyComplete();
        assertThat(keys).containsExactly(1);
    }

    @Test
    void turnLastsUntilTheWorksOwnCancelHasReturnedThoughTheSubscribingHadBefore() {
        CountDownLatch cancelling = new CountDownLatch(1);
        CountDownLatch subscribed = new CountDownLatch(1);
        Sinks.Empty<Void> leave = Sinks.empty();
        List<Integer> keys = new ArrayList<>();
        Mono<Object> never = Mono.never().doOnCancel(() -> {
            cancelling.countDown();
            await(subscribed);
            keys.add(mutex.keys());
        });
        Mono<Object> work = Mono.fromDirect(subscriber -> {
            never.subscribe(subscriber);
            new Thread(leave::tryEmitEmpty).start();
            await(cancelling);
        });
        StepVerifier.create(mutex.inTurn("a", work).takeUntilOther(leave.asMono()))
                .then(subscribed::countDown)
                .expectComplete()
                .verify(Duration.ofSeconds(20));
        assertThat(keys).containsExactly(1);
    }

    @Test
    void workThatThrowsWhenSubscribedToFailsHoweverBadly() {
        for (Throwable thrown : List.of(new IllegalStateException("broken"), new NoClassDefFoundError("broken"))) {
            StepVerifier.create(mutex.inTurn("a", new Throwing(thrown))).verifyErrorMessage("broken");
            assertThat(mutex.keys()).isZero();
        }
    }

    @Test
    void workThatThrowsWhenAssembledFails() {
        Mono<Object> work = Mono.defer(() -> {
            throw new IllegalStateException("broken");
        });
        StepVerifier.create(mutex.inTurn("a", work)).verifyErrorMessage("broken");
    }

    @Test
    void waitingForItselfFailsAtOnceAndSpoilsNothing() {
        KeyedMutex<String> own = new KeyedMutex<>("own", handOff, new LockOrder());
        Mono<String> nested = own.inTurn("a", own.inTurn("b", own.inTurn("a", Mono.just("never"))));
        StepVerifier.create(nested).verifyErrorMessage("own a would wait for itself");
        assertThat(own.keys()).isZero();
        StepVerifier.create(own.inTurn("a", Mono.just("later")))
                .expectNext("later")
                .verifyComplete();
    }

    @Test
    void turnThatHasEndedIsNotWaitedForAlthoughAContextKeepsIt() {
        Mono<String> again = mutex.inTurn("a", Mono.just("later"));
        Mono<ContextView> kept = mutex.inTurn("a", Mono.deferContextual(Mono::just));
        Mono<String> late = kept.flatMap(context -> again.contextWrite(context));
        StepVerifier.create(late).expectNext("later").verifyComplete();
    }

    @Test
    void workSeesItsSubscribersContext() {
        Mono<String> who = Mono.deferContextual(context -> Mono.just(context.get("who")));
        StepVerifier.create(mutex.inTurn("a", who).contextWrite(context -> context.put("who", "caller")))
                .expectNext("caller")
                .verifyComplete();
    }

    @Test
    void schedulerThatWasDisposedOfFailsThoseWhoWaitInsteadOfLeavingTheLockTaken() {
        Sinks.Empty<Void> first = enter("a", "first");
        StepVerifier.create(mutex.inTurn("a", Mono.just("never")))
                .then(handOff::dispose)
                .then(first::tryEmitEmpty)
                .verifyError(RejectedExecutionException.class);
        StepVerifier.create(mutex.inTurn("a", Mono.just("at once")))
                .expectNext("at once")
                .verifyComplete();
    }

    @Test
    void turnThatADisposedSchedulerHasDroppedIsTakenFromItByTheNextOneToCome() {
        Sinks.Empty<Void> first = enter("a", "first");
        List<Throwable> errors = new ArrayList<>();
        mutex.inTurn("a", Mono.just("dropped")).subscribe(null, errors::add);
        first.tryEmitEmpty();
        handOff.dispose();
        StepVerifier.create(mutex.inTurn("a", Mono.just("late")))
                .expectError(RejectedExecutionException.class)
                .verify(Duration.ofSeconds(20));
        assertThat(errors).singleElement().isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void longLineIsNoDeepStack() {
        Scheduler threads = Schedulers.newParallel("tests", 2, true);
        try {
            KeyedMutex<String> crowded = new KeyedMutex<>("crowded", threads);
            Sinks.Empty<Void> first = Sinks.empty();
            AtomicInteger done = new AtomicInteger();
            crowded.inTurn("a", first.asMono()).subscribe();
            List<Disposable> leavers = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                crowded.inTurn("a", Mono.fromRunnable(done::incrementAndGet)).subscribe();
                leavers.add(crowded.inTurn("a", Mono.never()).subscribe());
            }
            leavers.forEach(Disposable::dispose);
            first.tryEmitEmpty();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> crowded.keys() == 0);
            assertThat(done).hasValue(20_000);
        } finally {
            threads.dispose();
        }
    }

    @Test
    void longLineThatIsRefusedIsNoDeepStack() {
        Sinks.Empty<Void> first = enter("a", "first");
        AtomicInteger refused = new AtomicInteger();
        for (int i = 0; i < 20_000; i++) {
            mutex.inTurn("a", Mono.never()).subscribe(null, error -> refused.incrementAndGet());
        }
        handOff.dispose();
        first.tryEmitEmpty();
        assertThat(refused).hasValue(20_000);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does what the mutex has handed over until now. */
    private void proceed() {
        Runnable next = handed.poll();
        while (next != null) {
            next.run();
            next = handed.poll();
        }
    }

    /** Subscribes to a turn whose work goes on until the sink ends it. */
    private Sinks.Empty<Void> enter(String key, String what) {
        Sinks.Empty<Void> end = Sinks.empty();
        mutex.inTurn(key, end.asMono().doOnSubscribe(subscription -> begun.add(what)))
                .subscribe();
        return end;
    }

    /** Not even an error signal, but a throw. */
    private static final class Throwing extends Mono<Object> {

        private final Throwable thrown;

        Throwing(Throwable thrown) {
            this.thrown = thrown;
        }

        @Override
        public void subscribe(CoreSubscriber<? super Object> actual) {
            throw Exceptions.propagate(thrown);
        }
    }
}

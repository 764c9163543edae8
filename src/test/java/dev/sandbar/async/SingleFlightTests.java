package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;

@Timeout(60)
class SingleFlightTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final SingleFlight<String, String> flights = new SingleFlight<>("tokens", LIMIT, 3, time);
    private final Load load = new Load();

    @AfterEach
    void nothingIsWorkedOn() {
        assertThat(flights.flights()).isZero();
        time.dispose();
    }

    @Test
    void workBeginsWhenSomebodySubscribesAndNotBefore() {
        Mono<String> joined = flights.join("a", load);
        assertThat(load.begun()).isZero();
        assertThat(flights.flights()).isZero();
        Told told = Told.by(joined);
        assertThat(load.begun()).isOne();
        assertThat(flights.flights()).isOne();
        assertThat(told.ends()).isEmpty();
        load.land("done");
        assertThat(told.end()).isEqualTo("done");
    }

    @Test
    void allWhoComeMeanwhileShareOneWork() {
        List<Told> crowd = crowd(10_000);
        assertThat(load.begun()).isOne();
        load.land("done");
        assertThat(crowd).allSatisfy(told -> assertThat(told.end()).isEqualTo("done"));
    }

    @Test
    void loadOfOneWhoJoinsIsNeverCalled() {
        Told first = Told.by(flights.join("a", load));
        Load other = new Load();
        Told joined = Told.by(flights.join("a", other));
        load.land("done");
        assertThat(other.begun()).isZero();
        assertThat(List.of(first.end(), joined.end())).containsExactly("done", "done");
    }

    @Test
    void eachSubscriptionJoinsAnew() {
        Mono<String> joined = flights.join("a", () -> Mono.just("begun " + next()));
        StepVerifier.create(joined).expectNext("begun 1").verifyComplete();
        StepVerifier.create(joined).expectNext("begun 2").verifyComplete();
    }

    @Test
    void keysDoNotWaitForEachOther() {
        Told waiting = Told.by(flights.join("a", load));
        StepVerifier.create(flights.join("b", () -> Mono.just("other")))
                .expectNext("other")
                .verifyComplete();
        assertThat(waiting.ends()).isEmpty();
        load.land("done");
    }

    @Test
    void emptyWorkIsEmptyForEverybody() {
        List<Told> crowd = crowd(300);
        load.landEmpty();
        assertThat(crowd).allSatisfy(told -> assertThat(told.end()).isEqualTo("empty"));
    }

    @Test
    void theVeryErrorReachesEverybodyOnceAndTheNextOneBeginsAnew() {
        IllegalStateException error = new IllegalStateException("broken");
        List<Told> crowd = crowd(300);
        load.fail(error);
        assertThat(crowd).allSatisfy(told -> assertThat(told.end()).isSameAs(error));
        StepVerifier.create(flights.join("a", () -> Mono.just("anew")))
                .expectNext("anew")
                .verifyComplete();
        assertThat(load.begun()).isOne();
    }

    @Test
    void whoWasTheFirstMayLeaveLikeAnybodyElse() {
        Told first = Told.by(flights.join("a", load));
        Told second = Told.by(flights.join("a", load));
        first.cancel();
        assertThat(load.cancelled()).isZero();
        Told third = Told.by(flights.join("a", load));
        load.land("done");
        assertThat(first.ends()).isEmpty();
        assertThat(List.of(second.end(), third.end())).containsExactly("done", "done");
        assertThat(load.begun()).isOne();
    }

    @Test
    void workGoesOnWhenEverybodyHasLeftAndServesWhoComesLater() {
        crowd(300).forEach(Told::cancel);
        assertThat(load.cancelled()).isZero();
        assertThat(flights.flights()).isOne();
        Told late = Told.by(flights.join("a", load));
        load.land("done");
        assertThat(late.end()).isEqualTo("done");
        assertThat(load.begun()).isOne();
    }

    @Test
    void workThatEndsWithNobodyLeftFreesItsKey() {
        Told.by(flights.join("a", load)).cancel();
        load.fail(new IllegalStateException("nobody is told"));
        assertThat(flights.flights()).isZero();
    }

    @Test
    void timeOutOfOneWhoJoinedIsItsOwn() {
        Told hasty = Told.by(flights.join("a", load).timeout(Duration.ofSeconds(1), time));
        Told patient = Told.by(flights.join("a", load));
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(hasty.end()).isInstanceOf(TimeoutException.class);
        assertThat(load.cancelled()).isZero();
        load.land("done");
        assertThat(patient.end()).isEqualTo("done");
    }

    @Test
    void workThatNeverEndsIsCancelledAtItsLimitAndFailsForEverybody() {
        List<Told> crowd = crowd(300);
        time.advanceTimeBy(LIMIT.minusNanos(1));
        assertThat(crowd).allSatisfy(told -> assertThat(told.ends()).isEmpty());
        time.advanceTimeBy(Duration.ofNanos(1));
        assertThat(crowd)
                .allSatisfy(told -> assertThat(told.end())
                        .isInstanceOf(TimeoutException.class)
                        .hasToString(TimeoutException.class.getName() + ": tokens a was not there within PT30S"));
        assertThat(load.cancelled()).isOne();
    }

    @Test
    void limitIsOfTheWorkAndNotOfThoseWhoJoin() {
        Told.by(flights.join("a", load));
        time.advanceTimeBy(LIMIT.minusSeconds(1));
        Told late = Told.by(flights.join("a", load));
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(late.end()).isInstanceOf(TimeoutException.class);
    }

    @Test
    void keyIsFreeBeforeAnybodyIsTold() {
        Mono<String> free = flights.join("a", load).map(done -> done + ", keys: " + flights.flights());
        Told first = Told.by(free);
        Told second = Told.by(free);
        load.land("done");
        assertThat(List.of(first.end(), second.end())).containsOnly("done, keys: 0");
    }

    @Test
    void whoJoinsAgainWhenToldBeginsAnew() {
        Mono<String> anew = flights.join("a", () -> Mono.just("anew " + next()));
        Told valued = Told.by(flights.join("a", load).flatMap(done -> anew));
        load.land("done");
        Load failing = new Load();
        Told failed = Told.by(flights.join("a", failing).onErrorResume(error -> anew));
        failing.fail(new IllegalStateException("broken"));
        assertThat(List.of(valued.end(), failed.end())).containsExactly("anew 1", "anew 2");
    }

    @Test
    void workSeesNothingOfItsFirstCallersContext() {
        Mono<String> who = Mono.deferContextual(context ->
                Mono.just(context.hasKey("identity") + " " + context.stream().count()));
        Told caller = new Told(Context.of("identity", "caller", "trace", 1));
        flights.join("a", () -> who).subscribe(caller);
        assertThat(caller.end()).isEqualTo("false 1"); // the mark
    }

    @Test
    void callerKeepsItsOwnContext() {
        Mono<String> joined = flights.join("a", load)
                .flatMap(done -> Mono.deferContextual(context -> Mono.just(done + context.get("identity"))));
        Told caller = new Told(Context.of("identity", " for me"));
        joined.subscribe(caller);
        load.land("done");
        assertThat(caller.end()).isEqualTo("done for me");
    }

    @Test
    void workThatWaitsForItselfIsRefusedDirectlyAndThroughOtherKeys() {
        Mono<String> direct = flights.join("a", () -> flights.join("a", load));
        StepVerifier.create(direct).verifyErrorMessage("tokens a would wait for itself");
        SingleFlight<String, String> others = new SingleFlight<>("others", LIMIT, 1, time);
        Supplier<Mono<String>> back = () -> others.join("a", () -> flights.join("a", load));
        Mono<String> through = flights.join("a", () -> flights.join("b", back));
        StepVerifier.create(through).verifyErrorMessage("tokens a would wait for itself");
        assertThat(others.flights()).isZero();
        assertThat(load.begun()).isZero();
    }

    @Test
    void workMayWaitForOtherKeysAndForTheSameKeyElsewhere() {
        SingleFlight<String, String> others = new SingleFlight<>("others", LIMIT, 1, time);
        Mono<String> joined =
                flights.join("a", () -> flights.join("b", () -> others.join("a", () -> Mono.just("done"))));
        StepVerifier.create(joined).expectNext("done").verifyComplete();
    }

    @Test
    void twoWorksThatComeToWaitForEachOtherEndAtTheirLimit() {
        Load second = new Load();
        Told first = Told.by(flights.join("a", () -> load.get().then(flights.join("b", second))));
        Told other = Told.by(flights.join("b", () -> second.get().then(flights.join("a", load))));
        load.landEmpty();
        second.landEmpty();
        assertThat(first.ends()).isEmpty();
        time.advanceTimeBy(LIMIT);
        assertThat(List.of(first.end(), other.end())).hasOnlyElementsOfType(TimeoutException.class);
    }

    @Test
    void workThatHasEndedIsNotWaitedForAlthoughAContextKeepsItsMark() {
        List<Context> kept = new ArrayList<>();
        Mono<String> keeping = Mono.deferContextual(context -> {
            kept.add(Context.of(context));
            return Mono.just("kept");
        });
        StepVerifier.create(flights.join("a", () -> keeping)).expectNext("kept").verifyComplete();
        StepVerifier.create(flights.join("a", () -> Mono.just("later")).contextWrite(kept.get(0)))
                .expectNext("later")
                .verifyComplete();
    }

    @Test
    void noMoreKeysThanAllowedAreWorkedOnButEachCanBeJoined() {
        List<Told> working = new ArrayList<>();
        for (String key : List.of("a", "b", "c")) working.add(Told.by(flights.join(key, load)));
        Load refused = new Load();
        Told fourth = Told.by(flights.join("d", refused));
        assertThat(fourth.end())
                .isInstanceOf(RejectedExecutionException.class)
                .hasToString(RejectedExecutionException.class.getName() + ": tokens already works on 3 keys");
        assertThat(refused.begun()).isZero();
        working.add(Told.by(flights.join("b", load)));
        load.land("done");
        assertThat(working).allSatisfy(told -> assertThat(told.end()).isEqualTo("done"));
        StepVerifier.create(flights.join("d", () -> Mono.just("free again")))
                .expectNext("free again")
                .verifyComplete();
    }

    @Test
    void allowingNoKeyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SingleFlight<String, String>("none", LIMIT, 0, time))
                .withMessage("most must be at least 1, not 0");
    }

    @Test
    void closingCancelsTheWorkTellsThoseWhoWaitAndRefusesOthers() {
        List<Told> crowd = crowd(300);
        Told other = Told.by(flights.join("b", load));
        flights.close();
        assertThat(load.cancelled()).isEqualTo(2);
        assertThat(crowd)
                .allSatisfy(told -> assertThat(told.end())
                        .isInstanceOf(CancellationException.class)
                        .hasToString(
                                CancellationException.class.getName() + ": tokens a was cancelled: tokens is closed"));
        assertThat(other.end()).isInstanceOf(CancellationException.class);
        StepVerifier.create(flights.join("a", load))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(RejectedExecutionException.class)
                        .hasMessage("tokens is closed"))
                .verify();
        flights.close();
        assertThat(load.begun()).isEqualTo(2);
    }

    @Test
    void workThatClosesWhatItRunsInIsCancelled() {
        Told told = Told.by(flights.join("a", () -> {
            flights.close();
            return load.get();
        }));
        assertThat(told.end()).isInstanceOf(CancellationException.class);
        assertThat(load.begun() - load.cancelled()).isZero();
    }

    private int count;

    private int next() {
        return ++count;
    }

    private List<Told> crowd(int size) {
        List<Told> crowd = new ArrayList<>();
        for (int i = 0; i < size; i++) crowd.add(Told.by(flights.join("a", load)));
        return crowd;
    }
}

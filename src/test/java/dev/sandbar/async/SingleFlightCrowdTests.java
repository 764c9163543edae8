package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Crowds: in which rows they sit, that each of them is told whatever the others do, and many keys at once. */
@Timeout(60)
class SingleFlightCrowdTests {

    private static final int MANY = 10_000;
    private static final int ROW = Seats.ROW;

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final SingleFlight<Integer, String> flights =
            new SingleFlight<>("crowded", Duration.ofSeconds(30), MANY, time);
    private final Load load = new Load();

    @AfterEach
    void nothingIsWorkedOn() {
        assertThat(flights.flights()).isZero();
        time.dispose();
    }

    @Test
    void sinkHasAtMostTwoHundredAndFiftySixSubscribers() {
        Seats<String> seats = new Seats<>();
        sit(seats, ROW);
        assertThat(seats.rows()).isOne();
        sit(seats, 1);
        assertThat(seats.rows()).isEqualTo(2);
        sit(seats, MANY - ROW - 1);
        assertThat(seats.rows()).isEqualTo(MANY / ROW + 1);
    }

    @Test
    void rowVanishesWithTheLastWhoSatInIt() {
        Seats<String> seats = new Seats<>();
        List<Told> first = sit(seats, ROW);
        List<Told> second = sit(seats, ROW);
        List<Told> third = sit(seats, 1);
        second.subList(1, ROW).forEach(Told::cancel);
        assertThat(seats.rows()).isEqualTo(3);
        second.get(0).cancel();
        assertThat(seats.rows()).isEqualTo(2);
        first.forEach(Told::cancel);
        third.forEach(Told::cancel);
        assertThat(seats.rows()).isOne();
    }

    @Test
    void whoLeavesTwiceIsCountedOnce() {
        Seats<String> seats = new Seats<>();
        Told leaver = sit(seats, 2).get(0);
        for (int i = 0; i < ROW; i++) leaver.cancel();
        sit(seats, ROW - 1);
        assertThat(seats.rows()).isOne();
        sit(seats, 1);
        assertThat(seats.rows()).isEqualTo(2);
    }

    @Test
    void seatOfOneWhoLeftIsTakenByTheNext() {
        Seats<String> seats = new Seats<>();
        for (int i = 0; i < MANY; i++) sit(seats, 1).get(0).cancel();
        assertThat(seats.rows()).isOne();
    }

    @Test
    void whoSitsDownAfterTheEndIsToldTheSame() {
        Seats<String> seats = new Seats<>();
        List<Told> early = sit(seats, ROW); // so that the next one needs another row;
        seats.tell(Mono.just("done"), sink -> sink.tryEmitValue("done"));
        assertThat(seats.rows()).isZero();
        assertThat(sit(seats, 1).get(0).end()).isEqualTo("done");
        assertThat(early).allSatisfy(told -> assertThat(told.end()).isEqualTo("done"));
        early.forEach(Told::cancel);
    }

    @Test
    void everybodyIsToldInTheOrderInWhichTheyCame() {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            int number = i;
            Told.by(join().doOnSuccess(done -> order.add(number)));
        }
        load.land("done");
        assertThat(order).hasSize(MANY).isSorted();
    }

    @Test
    void everySecondMayLeaveBeforeItIsTold() {
        List<Told> crowd = crowd(MANY);
        for (int i = 0; i < MANY; i += 2) crowd.get(i).cancel();
        load.land("done");
        for (int i = 0; i < MANY; i++) assertThat(crowd.get(i).ends()).hasSize(i % 2);
    }

    @Test
    void whoIsToldMayTakeOthersOutWhoAreNotToldThen() {
        List<Told> neighbours = new ArrayList<>();
        Told.by(join().doOnSuccess(done -> neighbours.forEach(Told::cancel)));
        neighbours.addAll(crowd(2 * ROW));
        Told last = Told.by(join());
        load.land("done");
        assertThat(neighbours).allSatisfy(told -> assertThat(told.ends()).isEmpty());
        assertThat(last.end()).isEqualTo("done");
    }

    /** Operators let fatal errors through, so that they come out of a sink, which then tells nobody else. */
    @Test
    void fatalErrorOfOneWhoIsToldKeepsNobodyElseFromBeingTold() {
        List<Throwable> dropped = new ArrayList<>();
        List<Throwable> fatal = List.of(new StackOverflowError("mine"), new NoClassDefFoundError("mine"));
        Consumer<Throwable> keep = dropped::add;
        for (Throwable thrown : fatal) {
            Told bad = new Told(Context.of("reactor.onErrorDropped.local", keep));
            join().doOnNext(done -> sneak(thrown)).subscribe(bad);
        }
        List<Told> crowd = crowd(2 * ROW);
        load.land("done");
        assertThat(crowd).allSatisfy(told -> assertThat(told.end()).isEqualTo("done"));
        assertThat(dropped).containsExactlyElementsOf(fatal);
    }

    @Test
    void fatalErrorOfOneWhoIsToldOfAFailureKeepsNobodyElseFromBeingTold() {
        Told bad = new Told(Context.of("reactor.onErrorDropped.local", (Consumer<Throwable>) error -> {}));
        join().doOnError(error -> sneak(new StackOverflowError("mine"))).subscribe(bad);
        Told good = Told.by(join());
        load.fail(new IllegalStateException("broken"));
        assertThat(good.end()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void loadThatThrowsFailsForEverybodyHoweverBadly() {
        for (Throwable thrown : List.of(new IllegalStateException("broken"), new NoClassDefFoundError("broken"))) {
            Told assembled = Told.by(flights.join(0, () -> sneak(thrown)));
            assertThat(assembled.end()).isSameAs(thrown);
            Told subscribed = Told.by(flights.join(0, () -> new Throwing(thrown)));
            assertThat(subscribed.end()).isSameAs(thrown);
            assertThat(flights.flights()).isZero();
        }
    }

    @Test
    void limitOfALoadThatThrewIsGivenUp() {
        Standing timer = new Standing();
        SingleFlight<Integer, String> timed = new SingleFlight<>("timed", Duration.ofDays(1), 1, timer);
        Told waiting = Told.by(timed.join(0, load));
        assertThat(timer.lastWasGivenUp()).isFalse();
        load.land("done");
        assertThat(waiting.end()).isEqualTo("done");
        Told.by(timed.join(0, () -> sneak(new NoClassDefFoundError("broken"))));
        assertThat(timer.lastWasGivenUp()).isTrue();
    }

    @Test
    void tenThousandKeysAreWorkedOnAtOnce() {
        List<Told> crowd = new ArrayList<>();
        for (int key = 0; key < MANY; key++) crowd.add(Told.by(flights.join(key, load)));
        assertThat(flights.flights()).isEqualTo(MANY);
        assertThat(load.begun()).isEqualTo(MANY);
        load.land("done");
        assertThat(crowd).allSatisfy(told -> assertThat(told.end()).isEqualTo("done"));
    }

    @Test
    void tenThousandWhoJoinAgainOneAfterTheOtherAreNoDeepStack() {
        Mono<String> again = flights.join(0, () -> Mono.just("done"));
        Told told = Told.by(again.repeat(MANY).last());
        assertThat(told.end()).isEqualTo("done");
    }

    @Test
    void deepChainOfWorksThatBeginEachOtherIsStillSearched() {
        Mono<String> chain = flights.join(0, load);
        for (int key = 100; key > 0; key--) {
            int own = key;
            Mono<String> inner = chain;
            chain = flights.join(own, () -> inner);
        }
        Mono<String> whole = chain;
        Told told = Told.by(flights.join(0, () -> whole));
        assertThat(told.end())
                .isInstanceOf(IllegalStateException.class)
                .hasToString("java.lang.IllegalStateException: crowded 0 would wait for itself");
    }

    @Test
    void workHasAContextOfItsOwnAlsoWhereItIsBegunByAnotherWork() {
        Mono<ContextView> seen = Mono.deferContextual(Mono::just);
        Told told = Told.by(flights.join(
                0,
                () -> flights.join(1, () -> seen.map(context -> "" + context.size()))
                        .contextWrite(context -> context.put("own", "outer"))));
        assertThat(told.end()).isEqualTo("1");
    }

    private Mono<String> join() {
        return flights.join(0, load);
    }

    private List<Told> crowd(int size) {
        List<Told> crowd = new ArrayList<>();
        for (int i = 0; i < size; i++) crowd.add(Told.by(join()));
        return crowd;
    }

    private static List<Told> sit(Seats<String> seats, int size) {
        List<Told> seated = new ArrayList<>();
        for (int i = 0; i < size; i++) seated.add(Told.by(seats.take()));
        return seated;
    }

    private static Mono<String> sneak(Throwable thrown) {
        throw Exceptions.propagate(thrown);
    }

    /** Not even an error signal, but a throw. */
    private static final class Throwing extends Mono<String> {

        private final Throwable thrown;

        Throwing(Throwable thrown) {
            this.thrown = thrown;
        }

        @Override
        public void subscribe(CoreSubscriber<? super String> actual) {
            actual.onSubscribe(Operators.emptySubscription());
            throw Exceptions.propagate(thrown);
        }
    }
}

package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Each pair of what can happen to one flight at the same moment, also each with itself. */
@Timeout(300)
class SingleFlightRaceTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String ANEW = "value of a second flight";

    private enum Act {
        JOIN,
        FIRST_LEAVES,
        LATER_LEAVES,
        LAND,
        FAIL,
        TIME_OUT,
        CLOSE
    }

    private static final Set<Act> ENDS = EnumSet.of(Act.LAND, Act.FAIL, Act.TIME_OUT, Act.CLOSE);

    @BeforeAll
    static void lateErrorsAreExpected() {
        Hooks.onErrorDropped(late -> {});
    }

    @AfterAll
    static void lateErrorsAreReportedAgain() {
        Hooks.resetOnErrorDropped();
    }

    static Stream<Arguments> pairs() {
        return Stream.of(Act.values())
                .flatMap(one -> Stream.of(Act.values())
                        .filter(other -> other.compareTo(one) >= 0)
                        .map(other -> Arguments.of(one, other)));
    }

    @ParameterizedTest(name = "{0} and {1}")
    @MethodSource("pairs")
    void nobodyIsLostNorToldTwiceNorToldOfAnotherEndThanThoseWhoWaitBeside(Act one, Act other) {
        Races.rounds(() -> {
            Round round = new Round();
            Races.race(() -> round.act(one), () -> round.act(other));
            round.finish(EnumSet.of(one, other));
        });
    }

    @Test
    void joinRacingJoinBeginsOneWork() {
        Races.rounds(() -> {
            SingleFlight<String, String> flights = flights(new RaceClock());
            Load load = new Load();
            List<Told> told = List.of(idle(), idle());
            Races.race(
                    () -> flights.join("a", load).subscribe(told.get(0)),
                    () -> flights.join("a", load).subscribe(told.get(1)));
            assertThat(load.begun()).isOne();
            load.land("done");
            assertThat(told).allSatisfy(each -> assertThat(each.end()).isEqualTo("done"));
            assertThat(flights.flights()).isZero();
        });
    }

    @Test
    void joinRacingAnIdleCloseIsRefusedOrCancelled() {
        Races.rounds(() -> {
            SingleFlight<String, String> flights = flights(new RaceClock());
            Load load = new Load();
            Told told = idle();
            Races.race(flights::close, () -> flights.join("a", load).subscribe(told));
            assertThat(told.end()).isInstanceOfAny(RejectedExecutionException.class, CancellationException.class);
            assertThat(load.cancelled()).isEqualTo(load.begun());
            assertThat(flights.flights()).isZero();
        });
    }

    @Test
    void joinRacingAWorkThatEndsWhileItIsBegunSharesItOrBeginsAnew() {
        Races.rounds(() -> {
            SingleFlight<String, String> flights = flights(new RaceClock());
            Told first = idle();
            Told second = idle();
            Races.race(
                    () -> flights.join("a", () -> Mono.just("first's")).subscribe(first),
                    () -> flights.join("a", () -> Mono.just("second's")).subscribe(second));
            assertThat(first.end()).isIn("first's", "second's");
            assertThat(second.end()).isIn("first's", "second's");
            assertThat(flights.flights()).isZero();
        });
    }

    @Test
    void joinersRacingTheLastFreeKeyGetItOrAreRefused() {
        Races.rounds(() -> {
            SingleFlight<String, String> flights = flights(new RaceClock());
            Load load = new Load();
            Told one = idle();
            Told other = idle();
            Races.race(
                    () -> flights.join("a", load).subscribe(one),
                    () -> flights.join("b", load).subscribe(other));
            assertThat(load.begun()).isOne();
            load.land("done");
            assertThat(List.of(one, other)).extracting(Told::end).containsOnlyOnce("done");
            assertThat(List.of(one, other))
                    .extracting(Told::end)
                    .hasAtLeastOneElementOfType(RejectedExecutionException.class);
            assertThat(flights.flights()).isZero();
        });
    }

    @Test
    void lastOfAFullRowLeavingRacingTheNextOnesComingKeepsBothRowsRight() {
        Races.rounds(() -> {
            Seats<String> seats = new Seats<>();
            List<Told> row = new ArrayList<>();
            for (int i = 0; i < Seats.ROW; i++) row.add(Told.by(seats.take()));
            row.subList(1, Seats.ROW).forEach(Told::cancel);
            Told next = idle();
            Races.race(row.get(0)::cancel, () -> seats.take().subscribe(next));
            assertThat(seats.rows()).isOne();
            seats.tell(Mono.just("done"), sink -> sink.tryEmitValue("done"));
            assertThat(next.end()).isEqualTo("done");
        });
    }

    @Test
    void halvesOfARowLeavingAtOnceLeaveAllOfItsSeats() {
        Races.rounds(() -> {
            Seats<String> seats = new Seats<>();
            List<Told> row = new ArrayList<>();
            for (int i = 0; i < Seats.ROW; i++) row.add(Told.by(seats.take()));
            Races.race(
                    () -> row.subList(0, Seats.ROW / 2).forEach(Told::cancel),
                    () -> row.subList(Seats.ROW / 2, Seats.ROW).forEach(Told::cancel));
            for (int i = 0; i < Seats.ROW; i++) Told.by(seats.take());
            assertThat(seats.rows()).isOne();
            Told.by(seats.take());
            assertThat(seats.rows()).isEqualTo(2);
        });
    }

    @Test
    void crowdsThatComeAndLeaveWhileTheWorkEndsAreAllToldOrGone() {
        for (int i = 0; i < 20; i++) {
            SingleFlight<String, String> flights = flights(new RaceClock());
            Load load = new Load();
            List<Told> stay = new ArrayList<>();
            Races.race(
                    () -> {
                        for (int j = 0; j < 2_000; j++) stay.add(Told.by(flights.join("a", load)));
                        load.land("done");
                    },
                    () -> {
                        for (int j = 0; j < 2_000; j++)
                            Told.by(flights.join("a", load)).cancel();
                    });
            assertThat(stay).allSatisfy(told -> assertThat(told.end()).isEqualTo("done"));
            load.land("done");
            assertThat(flights.flights()).isZero();
        }
    }

    private static SingleFlight<String, String> flights(RaceClock time) {
        return new SingleFlight<>("raced", LIMIT, 1, time);
    }

    private static Told idle() {
        return new Told(Context.empty());
    }

    /** A flight with three who wait, of whom two may leave, and one who may come. */
    private static final class Round {

        private final RaceClock time = new RaceClock();
        private final SingleFlight<String, String> flights = flights(time);
        private final Load load = new Load();
        private final IllegalStateException failure = new IllegalStateException("broken");
        private final Told first = Told.by(flights.join("a", load));
        private final Told later = Told.by(flights.join("a", load));
        private final Told stayer = Told.by(flights.join("a", load));
        private final List<Told> comers = List.of(idle(), idle());
        private final AtomicInteger come = new AtomicInteger();
        private final AtomicInteger anew = new AtomicInteger();

        void act(Act act) {
            switch (act) {
                case JOIN -> flights.join("a", this::secondLoad).subscribe(comers.get(come.getAndIncrement()));
                case FIRST_LEAVES -> first.cancel();
                case LATER_LEAVES -> later.cancel();
                case LAND -> load.land("done");
                case FAIL -> load.fail(failure);
                case TIME_OUT -> time.advance(LIMIT);
                case CLOSE -> flights.close();
            }
        }

        private Mono<String> secondLoad() {
            anew.incrementAndGet();
            return Mono.just(ANEW);
        }

        void finish(Set<Act> acts) {
            if (acts.stream().noneMatch(ENDS::contains)) {
                assertThat(stayer.ends()).isEmpty();
                load.land("done");
            }
            Object end = stayer.end();
            assertThat(acts).as("one of them caused %s", end).anyMatch(act -> causes(act, end));
            staying(first, acts.contains(Act.FIRST_LEAVES), end);
            staying(later, acts.contains(Act.LATER_LEAVES), end);
            comers.subList(0, come.get()).forEach(comer -> came(comer, end, acts));
            assertThat(load.begun()).isOne();
            assertThat(flights.flights()).isZero();
            time.dispose();
        }

        private boolean causes(Act act, Object end) {
            return switch (act) {
                case FAIL -> end == failure;
                case TIME_OUT -> end instanceof TimeoutException;
                case CLOSE -> end instanceof CancellationException;
                default -> end.equals("done");
            };
        }

        private static void staying(Told told, boolean left, Object end) {
            if (left && told.ends().isEmpty()) return;
            assertThat(told.end()).isSameAs(end);
        }

        private void came(Told comer, Object end, Set<Act> acts) {
            Object own = comer.end();
            if (own == end) return;
            if (own instanceof RejectedExecutionException) assertThat(acts).contains(Act.CLOSE);
            else assertThat(own).isEqualTo(ANEW);
            assertThat(acts).as("only an end lets others begin anew").anyMatch(ENDS::contains);
            assertThat(anew.get()).isLessThanOrEqualTo(1);
        }
    }
}

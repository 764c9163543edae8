package dev.sandbar.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.util.RaceTestUtils;

class EventRaceTests {

    private static final int ROUNDS = Integer.getInteger("sandbar.races", 500);

    @Test
    void w11AppendMeetsAJoinWithoutAGap() {
        rounds(bed -> {
            bed.append(3);
            Seen[] joined = new Seen[1];
            RaceTestUtils.race(() -> appendOneByOne(bed, 10), () -> joined[0] = Seen.all(bed.events, 1));
            bed.finish();
            assertWhole(bed, joined[0]);
        });
    }

    @Test
    void appendMeetsALeave() {
        rounds(bed -> {
            Seen stays = Seen.all(bed.events, 0);
            Seen leaves = Seen.all(bed.events, 0);
            RaceTestUtils.race(() -> appendOneByOne(bed, 10), leaves::cancel);
            bed.finish();
            assertWhole(bed, stays);
            leaves.assertWhole(bed.firstKept());
        });
    }

    @Test
    void theLastOnesLeaveMeetsAJoin() {
        rounds(bed -> {
            bed.append(2);
            Seen leaves = Seen.all(bed.events, 0);
            Seen[] joined = new Seen[1];
            RaceTestUtils.race(leaves::cancel, () -> joined[0] = Seen.all(bed.events, 0));
            appendOneByOne(bed, 2);
            bed.finish();
            assertWhole(bed, joined[0]);
        });
    }

    @Test
    void closeMeetsAJoin() {
        rounds(bed -> {
            bed.append(1);
            Seen[] joined = new Seen[1];
            RaceTestUtils.race(bed::close, () -> joined[0] = Seen.all(bed.events, 0));
            joined[0].awaitEnd();
            assertThat(joined[0].completed || joined[0].error instanceof EventException.Closed)
                    .isTrue();
            assertThat(joined[0].completed).isNotEqualTo(joined[0].error != null);
        });
    }

    @Test
    void closeMeetsAnAppend() {
        rounds(bed -> {
            Seen seen = Seen.all(bed.events, 0);
            RaceTestUtils.race(bed::close, () -> appendOneByOne(bed, 3));
            seen.awaitEnd();
            seen.assertWhole(bed.firstKept());
        });
    }

    @Test
    void wakeUpsMeetRequests() {
        rounds(bed -> {
            Seen seen = Seen.idle(bed.events, 0);
            RaceTestUtils.race(
                    () -> appendOneByOne(bed, 20), () -> requestOneByOne(seen, 12), () -> requestOneByOne(seen, 12));
            bed.finish();
            assertWhole(bed, seen);
        });
    }

    @Test
    void wakeUpsMeetWakeUps() {
        rounds(bed -> {
            Seen seen = Seen.all(bed.events, 0);
            RaceTestUtils.race(() -> appendOneByOne(bed, 5), () -> appendOneByOne(bed, 5));
            bed.finish();
            assertWhole(bed, seen);
        });
    }

    @Test
    void aDropMeetsAJoin() {
        rounds(bed -> {
            bed.append(30);
            Seen[] joined = new Seen[1];
            RaceTestUtils.race(bed::drop, () -> joined[0] = Seen.all(bed.events, 0));
            if (joined[0].last() > 0) joined[0].awaitEnd();
            joined[0].cancel();
        });
    }

    private interface Case {
        void run(Bed bed);
    }

    private static void rounds(Case one) {
        for (int i = 0; i < ROUNDS; i++) {
            try (Bed bed = new Bed(Bed.keeping(1000), Schedulers.parallel())) {
                one.run(bed);
                assertThat(bed.events.followed()).isZero();
            }
        }
    }

    private static void appendOneByOne(Bed bed, int count) {
        for (int i = 0; i < count; i++) bed.append(1);
    }

    private static void requestOneByOne(Seen seen, int count) {
        for (int i = 0; i < count; i++) seen.request(1);
    }

    private static void assertWhole(Bed bed, Seen seen) {
        seen.awaitEnd();
        assertThat(seen.error).isNull();
        assertThat(seen.completed).isTrue();
        seen.assertWhole(bed.firstKept());
        assertThat(seen.last()).isEqualTo(bed.last());
    }
}

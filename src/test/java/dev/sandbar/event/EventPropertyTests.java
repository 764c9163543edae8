package dev.sandbar.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.store.Change.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Whatever happens in whatever order: every reader sees each event once and in order, or a truthful gap. */
class EventPropertyTests {

    private static final int ROUNDS = Integer.getInteger("sandbar.rounds", 150);
    private static final int STEPS = 120;

    @Test
    void everyReaderSeesEachEventOnceInOrder() {
        for (int i = 0; i < ROUNDS; i++) round(System.nanoTime(), Schedulers.immediate());
    }

    @Test
    void everyReaderSeesEachEventOnceInOrderOnManyThreads() {
        for (int i = 0; i < ROUNDS; i++) round(System.nanoTime(), Schedulers.parallel());
    }

    private static void round(long seed, Scheduler scheduler) {
        try {
            new Round(seed, scheduler).run();
        } catch (AssertionError failed) {
            throw new AssertionError("seed " + seed + " on " + scheduler, failed);
        }
    }

    /** One stream's life. */
    private static final class Round {
        private final Random random;
        private final Bed bed;
        private final List<Seen> open = new ArrayList<>();
        private final List<Seen> left = new ArrayList<>();

        Round(long seed, Scheduler scheduler) {
            random = new Random(seed);
            int kept = 1 + random.nextInt(random.nextBoolean() ? 10 : 700);
            int recent = 1 + random.nextInt(random.nextBoolean() ? 4 : 64);
            long bytes = random.nextBoolean() ? 100_000 : 1 + random.nextInt(3000);
            bed = new Bed(new EventSettings(new Retention(kept, Long.MAX_VALUE), 1000, recent, bytes), scheduler);
        }

        void run() {
            for (int i = 0; i < STEPS; i++) step();
            bed.finish();
            for (Seen seen : open) seen.request(Long.MAX_VALUE);
            for (Seen seen : open) check(seen);
            for (Seen seen : left) seen.assertWhole(bed.firstKept());
            assertThat(bed.events.followed()).isZero();
            bed.close();
        }

        private void step() {
            int dice = random.nextInt(100);
            if (dice < 35) bed.append(1 + random.nextInt(dice == 0 ? 600 : 12));
            else if (dice < 45) bed.commit(1 + random.nextInt(5));
            else if (dice < 65) join(random.nextInt((int) bed.last() + 1));
            else if (open.isEmpty()) join(bed.last());
            else if (dice < 85) open.get(random.nextInt(open.size())).request(1 + random.nextInt(40));
            else if (dice < 95) comeAgain();
            else leave();
        }

        private void join(long after) {
            Seen seen = Seen.idle(bed.events, after);
            if (random.nextBoolean()) seen.request(random.nextInt(3) == 0 ? Long.MAX_VALUE : 1 + random.nextInt(100));
            open.add(seen);
        }

        private void comeAgain() {
            join(leave().last());
        }

        private Seen leave() {
            Seen seen = open.remove(random.nextInt(open.size()));
            seen.cancel();
            left.add(seen);
            return seen;
        }

        private void check(Seen seen) {
            seen.awaitEnd();
            assertThat(seen.error).isNull();
            assertThat(seen.completed).isTrue();
            seen.assertWhole(bed.firstKept());
            assertThat(seen.last()).isEqualTo(bed.last());
        }
    }
}

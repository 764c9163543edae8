package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.sandbox.Faults.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;

/** What can't be done now is done later, and once. */
class OwedTests {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration FILES = World.SETTINGS.keep().files();

    private final World world = World.running();

    @AfterEach
    void close() {
        world.close();
    }

    /** How often a step was tried by the end of each second. */
    private List<Long> attempts(String step, int seconds) {
        List<Long> attempts = new ArrayList<>();
        for (int second = 0; second < seconds; second++) {
            world.advance(SECOND);
            attempts.add(world.faults().count(step));
        }
        return attempts;
    }

    private void refuse(String step) {
        world.faults().arm(Kind.REFUSE, 0, true, step::equals);
    }

    private String afterRestartOfTheHost() {
        String id = world.created(World.HOUR);
        world.crash();
        world.host.reboot();
        world.allow(id, EndCause.HOST_RESTART);
        world.recover();
        return id;
    }

    @Test
    void whatTheHostHasWithoutARecordIsDestroyedOnceThatIsPossible() {
        world.crash();
        world.host.make("unrecorded");
        refuse("sweep");
        assertThat(world.recover().value()).isEqualTo(new Recovery(0, 0, 0));
        assertThat(attempts("sweep <- REFUSE", 8)).containsExactly(2L, 2L, 3L, 3L, 3L, 3L, 4L, 4L);
        world.faults().heal();
        world.advance(MINUTE);
        assertThat(world.host.processes).isEmpty();
        assertThat(world.faults().count("sweep")).isOne();
    }

    @Test
    void sweepThatHangsIsGivenUpAndTriedAgain() {
        world.crash();
        world.host.make("unrecorded");
        world.faults().arm(Kind.HANG_BEFORE, 0, true, "sweep"::equals);
        Ask<Recovery> recovery = world.recover();
        world.advance(MINUTE.minusSeconds(1));
        assertThat(recovery.answered()).isFalse();
        world.advance(SECOND);
        assertThat(recovery.value()).isEqualTo(new Recovery(0, 0, 0));
        world.faults().heal();
        world.advance(SECOND.multipliedBy(2));
        assertThat(world.host.processes).isEmpty();
    }

    @Test
    void sweepWaitsForRoomAmongTheTasks() {
        world.crash();
        world.host.make("unrecorded");
        refuse("sweep");
        world.recover();
        world.faults().heal();
        Sinks.Empty<Void> others = fill();
        world.advance(MINUTE);
        assertThat(world.host.processes).containsExactly("unrecorded");
        others.tryEmitEmpty();
        world.advance(SECOND.multipliedBy(2));
        assertThat(world.host.processes).isEmpty();
    }

    /** Leaves room for the sweep itself only, until what it answers is complete. */
    private Sinks.Empty<Void> fill() {
        Sinks.Empty<Void> others = Sinks.empty();
        while (world.run().tasks().running() < World.TASKS - 1) {
            world.run().tasks().start("other", others.asMono());
        }
        return others;
    }

    @Test
    void filesOfARestartedHostStayTheirTimeAndGoWithTheRecord() {
        String id = afterRestartOfTheHost();
        world.advance(World.SETTINGS.keep().ended().plus(MINUTE));
        assertThat(world.known(id).cause()).isEqualTo(EndCause.HOST_RESTART);
        assertThat(world.host.files).containsExactly(id);
        world.advance(FILES.minus(World.SETTINGS.keep().ended()));
        assertThat(world.host.files).isEmpty();
        assertThat(world.sandboxes().remembers(id)).isFalse();
        assertThat(Objects.requireNonNull(world.store.list(Records.KIND).count().block()))
                .isZero();
    }

    @Test
    void recordStaysUntilItsFilesAreGone() {
        String id = afterRestartOfTheHost();
        world.advance(FILES.minus(MINUTE));
        refuse("destroy");
        world.advance(MINUTE.multipliedBy(2));
        assertThat(world.faults().count("destroy <- REFUSE")).isGreaterThan(2);
        assertThat(world.known(id).cause()).isEqualTo(EndCause.HOST_RESTART);
        world.faults().heal();
        world.advance(MINUTE);
        assertThat(world.host.files).isEmpty();
        assertThat(world.sandboxes().remembers(id)).isFalse();
    }

    @Test
    void forgettingIsTriedAgainAfterGrowingPauses() {
        String id = world.created(World.HOUR);
        world.kill(id);
        world.advance(World.SETTINGS.keep().ended().minusSeconds(1));
        assertThat(world.sandboxes().remembers(id)).isTrue();
        refuse("find");
        assertThat(attempts("find <- REFUSE", 9)).containsExactly(1L, 2L, 2L, 3L, 3L, 3L, 3L, 4L, 4L);
        assertThat(world.sandboxes().remembers(id)).isTrue();
        world.faults().heal();
        world.advance(MINUTE);
        assertThat(world.sandboxes().remembers(id)).isFalse();
    }

    @Test
    void forgettingWaitsForRoomAmongTheTasks() {
        String id = world.created(World.HOUR);
        world.kill(id);
        world.advance(World.SETTINGS.keep().ended().minusSeconds(1));
        Sinks.Empty<Void> others = fill();
        world.advance(MINUTE);
        assertThat(world.sandboxes().remembers(id)).isTrue();
        others.tryEmitEmpty();
        world.advance(SECOND.multipliedBy(2));
        assertThat(world.sandboxes().remembers(id)).isFalse();
    }

    @Test
    void endWaitsForRoomAmongTheTasks() {
        String id = world.created(SECOND);
        world.allow(id, EndCause.EXPIRED);
        Sinks.Empty<Void> others = fill();
        world.advance(MINUTE);
        assertThat(world.host.processes).containsExactly(id);
        others.tryEmitEmpty();
        world.advance(SECOND.multipliedBy(2));
        assertThat(world.host.processes).isEmpty();
        assertThat(world.known(id).cause()).isEqualTo(EndCause.EXPIRED);
    }

    @Test
    void creationThatFindsNoRoomAmongTheTasksLeavesNothing() {
        Sinks.Empty<Void> others = fill();
        world.run().tasks().start("last", others.asMono());
        assertThat(world.create().error()).isInstanceOf(RejectedExecutionException.class);
        assertThat(world.sandboxes().places().taken()).isZero();
        assertThat(world.host.files).isEmpty();
        others.tryEmitEmpty();
        assertThat(world.create().done()).isTrue();
        Invariants.check(world);
    }

    @Test
    void agentThatNobodyCanWatchIsNotTaken() {
        Sinks.Empty<Void> others = fill();
        Ask<Sandbox> creation = world.create();
        assertThat(creation.done()).isFalse();
        others.tryEmitEmpty();
        world.advance(MINUTE);
        assertThat(world.host.processes).isEmpty();
        assertThat(world.sandboxes().places().taken()).isZero();
    }

    @Test
    void adoptionIsTriedAgainWhileTheHostIsBusy() {
        String id = world.created(World.HOUR);
        world.crash();
        world.faults().arm(Kind.REFUSE, 0, true, "adopt"::equals);
        Ask<Recovery> recovery = world.recover();
        world.advance(SECOND.multipliedBy(2));
        world.faults().heal();
        world.advance(SECOND.multipliedBy(3));
        assertThat(recovery.value()).isEqualTo(new Recovery(1, 0, 0));
        assertThat(world.host.processes).containsExactly(id);
        Invariants.check(world);
    }

    @Test
    void whatHasExpiredMeanwhileIsNotTakenUp() {
        String id = world.created(SECOND.multipliedBy(2));
        world.crash();
        world.clock.advance(SECOND.multipliedBy(2));
        world.allow(id, EndCause.EXPIRED);
        assertThat(world.recover().value()).isEqualTo(new Recovery(0, 1, 0));
        assertThat(world.faults().count("adopt")).isZero();
        assertThat(world.known(id).cause()).isEqualTo(EndCause.EXPIRED);
    }

    @Test
    void whatIsGoneMeanwhileIsSaidToBeGone() {
        String id = world.created(World.HOUR);
        world.crash();
        world.host.end(id);
        world.allow(id, EndCause.AGENT_GONE);
        assertThat(world.recover().value()).isEqualTo(new Recovery(0, 1, 0));
        assertThat(world.known(id).cause()).isEqualTo(EndCause.AGENT_GONE);
        assertThat(world.host.files).isEmpty();
    }
}

package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.sandbox.Faults.Kind;
import dev.sandbar.store.Change;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecoveryTests {

    private final World world = World.running();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void thousandAreAdoptedByOnePassAndSixtyFourAtATime() {
        for (int i = 0; i < 1000; i++) world.create();
        world.crash();
        world.host.adoptionTakes = Duration.ofMillis(100);
        Ask<Recovery> recovery = world.recover();
        world.advance(Duration.ofSeconds(2));
        assertThat(recovery.value()).isEqualTo(new Recovery(1000, 0, 0));
        assertThat(world.faults().count("list")).isOne();
        assertThat(world.faults().count("find")).isZero();
        assertThat(world.host.mostAdoptions).isEqualTo(64);
        assertThat(world.sandboxes().places().taken("ann")).isEqualTo(1000);
        world.host.adoptionTakes = Duration.ZERO;
        Invariants.check(world);
    }

    @Test
    void nobodyIsAnsweredBeforeTheRecovery() {
        String id = world.created(World.HOUR);
        world.crash();
        Ask<Void> kill = world.kill(id);
        Ask<Void> recovered = world.ask(world.sandboxes().recovered());
        assertThat(kill.answered() || recovered.answered()).isFalse();
        world.recover();
        assertThat(kill.done() && recovered.done()).isTrue();
        Invariants.check(world);
    }

    @Test
    void recordsThatCannotBeReadKeepTheRecoveryFromChangingAnything() {
        world.created(World.HOUR);
        world.crash();
        world.host.make("unrecorded");
        world.faults().arm(Kind.FAIL_BEFORE, 0, true);
        assertThat(world.recover().error()).isInstanceOf(StoreException.Unavailable.class);
        assertThat(world.host.processes).hasSize(2);
        world.faults().heal();
        assertThat(world.recover().value()).isEqualTo(new Recovery(1, 0, 1));
        Invariants.check(world);
    }

    @Test
    void sandboxWhoseRecordNobodyUnderstandsIsLeftAlone() {
        world.store
                .commit(new Change.Put(Records.KIND, "iodd", Change.NEW, new byte[] {'{', '}'}))
                .block();
        world.host.make("iodd");
        world.crash();
        assertThat(world.recover().value()).isEqualTo(new Recovery(0, 0, 0));
        assertThat(world.host.processes).containsExactly("iodd");
        assertThat(world.sandboxes().remembers("iodd")).isTrue();
        assertThat(world.sandboxes().list()).isEmpty();
    }

    @Test
    void loweredLimitsKeepNobodyOut() {
        for (int i = 0; i < 3; i++) world.create();
        Places places = new Places(2, 1);
        for (int i = 0; i < 3; i++) places.force("ann");
        assertThat(places.taken()).isEqualTo(3);
    }

    @Test
    void endsAreOwedForEverWithGrowingPauses() {
        String id = world.created(World.HOUR);
        world.faults().arm(Kind.REFUSE, 0, true, "destroy"::equals);
        world.kill(id);
        List<Long> attempts = new ArrayList<>();
        for (int second = 0; second < 600; second++) {
            attempts.add(world.faults().count("destroy <- REFUSE"));
            world.advance(Duration.ofSeconds(1));
        }
        assertThat(attempts).startsWith(1L, 2L, 2L, 3L).last().isEqualTo(15L);
        assertThat(world.sandboxes().places().taken()).isOne();
        world.crash();
        world.recover();
        world.advance(Duration.ofSeconds(1));
        assertThat(world.known(id).cause()).isEqualTo(EndCause.KILLED);
        Invariants.check(world);
    }

    @Test
    void refusedKillChangesNothing() {
        String id = world.created(World.HOUR);
        Sandbox before = world.known(id);
        world.faults().arm(Kind.REFUSE, 0, true, step -> step.startsWith("commit"));
        assertThat(world.kill(id).error()).isInstanceOf(StoreException.Busy.class);
        assertThat(world.extend(id, World.HOUR.multipliedBy(3)).error()).isInstanceOf(StoreException.Busy.class);
        assertThat(world.create().error()).isInstanceOf(StoreException.Busy.class);
        assertThat(world.sandboxes().list()).containsExactly(before);
        assertThat(world.sandboxes().count()).isOne();
        world.settle();
        assertThat(world.sandboxes().list()).containsExactly(before);
        Invariants.check(world);
    }
}

package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.sandbox.Faults.Kind;
import dev.sandbar.store.Change;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes of a sandbox whose record somebody else changes meanwhile, or whose store doesn't say what became of them. */
class ChangesTests {

    private static final SandboxCodec CODEC = new SandboxCodec();

    private final World world = World.running();

    @AfterEach
    void close() {
        world.close();
    }

    /** As another process would. */
    private void write(Sandbox sandbox) {
        byte[] content = CODEC.write(sandbox);
        world.store
                .commit(new Change.Put(Records.KIND, sandbox.id(), Change.ANY, content))
                .block();
    }

    private static Sandbox until(Sandbox sandbox, SandboxState state, Instant end, @Nullable Instant ended) {
        return new Sandbox(
                sandbox.id(),
                sandbox.owner(),
                sandbox.incarnation(),
                sandbox.handle(),
                state,
                state == SandboxState.GONE ? EndCause.KILLED : null,
                sandbox.template(),
                sandbox.limits(),
                sandbox.environment(),
                sandbox.metadata(),
                sandbox.startedAt(),
                end,
                ended);
    }

    private Sandbox recorded(String id) {
        return CODEC.read(
                Objects.requireNonNull(world.store.find(Records.KIND, id).block())
                        .content());
    }

    private void touch(String id) {
        Sandbox now = recorded(id);
        write(until(now, SandboxState.RUNNING, now.endAt().plusMillis(1), null));
    }

    @Test
    void changeOfSomebodyElseIsTakenUpAndNotOverwritten() {
        String id = world.created(World.HOUR);
        Instant end = world.known(id).endAt().plus(Duration.ofHours(5));
        write(until(world.known(id), SandboxState.RUNNING, end, null));
        assertThat(world.extend(id, World.HOUR.multipliedBy(2)).error()).isNull();
        assertThat(world.known(id).endAt()).isEqualTo(end);
    }

    @Test
    void whoIsOvertakenAgainAndAgainIsRefusedInTheEnd() {
        String id = world.created(World.HOUR);
        Ask<Sandbox> extension = new Ask<>();
        world.faults().leave = () -> touch(id);
        world.faults().arm(Kind.LEAVE_BEFORE, 0, true, step -> step.startsWith("commit"));
        world.sandboxes().extend("ann", id, World.HOUR.multipliedBy(2)).subscribe(extension);
        world.advance(Duration.ZERO);
        assertThat(extension.error()).isInstanceOf(StoreException.Conflict.class);
        assertThat(world.faults().count("commit Put+Append <- LEAVE_BEFORE")).isEqualTo(4);
    }

    @Test
    void writeWhoseAnswerIsLostIsFoundAndNotMadeTwice() {
        String id = world.created(World.HOUR);
        world.faults().arm(Kind.FAIL_AFTER, 0, false, step -> step.startsWith("commit"));
        Sandbox extended = world.extend(id, World.HOUR.multipliedBy(2)).value();
        assertThat(Objects.requireNonNull(extended).endAt())
                .isEqualTo(world.now().plus(World.HOUR.multipliedBy(2)));
        assertThat(world.faults().count("commit Put+Append")).isEqualTo(2);
    }

    /** Records of older versions have no time of their end. */
    @Test
    void whatEndedInAnEarlierRunIsRemembered() {
        String newer = world.created(World.HOUR);
        String older = world.created(World.HOUR);
        world.crash();
        write(until(recorded(newer), SandboxState.GONE, world.now(), world.now().minusSeconds(1)));
        write(until(recorded(older), SandboxState.GONE, world.now().minusSeconds(2), null));
        assertThat(world.recover().value()).isEqualTo(new Recovery(0, 0, 2));
        assertThat(world.known(newer).cause()).isEqualTo(EndCause.KILLED);
        assertThat(world.known(older).cause()).isEqualTo(EndCause.KILLED);
        world.advance(World.SETTINGS.keep().ended());
        assertThat(world.sandboxes().remembers(older) || world.sandboxes().remembers(newer))
                .isFalse();
    }
}

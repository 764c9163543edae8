package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.sandbox.Faults.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each step of each path goes wrong in every way, once and for a while. */
class CrashPointTests {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofSeconds(30);

    private static final MetadataPatch NEW_WORD = new MetadataPatch(Map.of("n", "y"), Set.of("m"), words -> true);

    private final String[] id = new String[1];

    @ParameterizedTest
    @EnumSource
    void create(Kind kind) {
        CrashPoints.of(World::create).visit(kind);
    }

    @ParameterizedTest
    @EnumSource
    void createTwo(Kind kind) {
        CrashPoints.of(World::create).and(World::create).visit(kind);
    }

    @ParameterizedTest
    @EnumSource
    void kill(Kind kind) {
        CrashPoints.of(this::kill).after(this::create).visit(kind);
    }

    @ParameterizedTest
    @EnumSource
    void killTwice(Kind kind) {
        CrashPoints.of(this::kill).and(this::kill).after(this::create).visit(kind);
    }

    @ParameterizedTest
    @EnumSource
    void endAll(Kind kind) {
        Consumer<World> path = world -> {
            world.allowAll(EndCause.KILLED);
            world.ask(world.sandboxes().endAll());
        };
        CrashPoints.of(path).after(this::create).after(World::create).visit(kind);
    }

    @ParameterizedTest
    @EnumSource
    void renew(Kind kind) {
        Consumer<World> path = world -> world.extend(id[0], World.HOUR.multipliedBy(2));
        CrashPoints.of(path).after(this::create).visit(kind);
    }

    @ParameterizedTest
    @EnumSource
    void shortenAndExpire(Kind kind) {
        Consumer<World> path = world -> {
            world.allow(id[0], EndCause.EXPIRED);
            world.ask(world.sandboxes().setTimeout("ann", id[0], SHORT));
        };
        CrashPoints.of(path).after(this::create).visit(kind);
    }

    @ParameterizedTest
    @EnumSource
    void patchMetadata(Kind kind) {
        Consumer<World> path = world -> world.ask(world.sandboxes().patchMetadata("ann", id[0], NEW_WORD));
        CrashPoints.of(path).after(this::create).visit(kind);
    }

    @ParameterizedTest
    @EnumSource
    void patchWhatIsKilled(Kind kind) {
        Consumer<World> path = world -> world.ask(world.sandboxes().patchMetadata("ann", id[0], NEW_WORD));
        CrashPoints.of(this::kill).and(path).after(this::create).visit(kind);
    }

    @ParameterizedTest
    @EnumSource
    void renewWhatIsKilled(Kind kind) {
        Consumer<World> path = world -> world.extend(id[0], World.HOUR.multipliedBy(2));
        CrashPoints.of(this::kill).and(path).after(this::create).visit(kind);
    }

    @ParameterizedTest
    @EnumSource
    void expire(Kind kind) {
        Consumer<World> before = world -> world.allow(world.created(SHORT), EndCause.EXPIRED);
        CrashPoints.of(world -> world.advance(SHORT))
                .after(before)
                .after(this::create)
                .visit(kind);
    }

    @ParameterizedTest
    @EnumSource
    void loseTheAgent(Kind kind) {
        Consumer<World> path = world -> {
            world.allow(id[0], EndCause.AGENT_GONE);
            world.host.end(id[0]);
        };
        CrashPoints.of(path).after(this::create).visit(kind);
    }

    /** Whatever an earlier run can leave behind, in one. */
    @ParameterizedTest
    @EnumSource
    void recover(Kind kind) {
        CrashPoints.of(World::recover).after(CrashPointTests::leaveALot).visit(kind);
    }

    private static void leaveALot(World world) {
        world.created(World.HOUR);
        world.created(World.HOUR);
        world.allow(world.created(SHORT), EndCause.EXPIRED);
        String lost = world.created(World.HOUR);
        world.allow(lost, EndCause.AGENT_GONE);
        List<String> victims = List.of(world.created(LONG), world.created(LONG), world.created(LONG));
        for (String step : List.of("commit Put+Append", "start", "deadline")) hung(world, step, World::create);
        hung(world, "commit Put", dying -> dying.kill(victims.get(0)));
        hung(world, "destroy", dying -> dying.kill(victims.get(1)));
        hung(world, "commit Put+Append", dying -> dying.kill(victims.get(2)));
        world.host.make("unrecorded");
        world.crash();
        world.host.end(lost);
        world.clock.advance(SHORT);
    }

    /** The first step of this name on a path gets no answer. */
    private static void hung(World world, String step, Consumer<World> path) {
        world.faults().arm(Kind.HANG_AFTER, 0, false, step::equals);
        path.accept(world);
        assertThat(world.faults().hit()).isTrue();
        world.faults().heal();
    }

    @ParameterizedTest
    @EnumSource
    void recoverAfterARestartOfTheHost(Kind kind) {
        CrashPoints.of(World::recover).after(CrashPointTests::restartTheHost).visit(kind);
    }

    private static void restartTheHost(World world) {
        world.allow(world.created(World.HOUR), EndCause.HOST_RESTART);
        world.allow(world.created(World.HOUR), EndCause.HOST_RESTART);
        world.crash();
        world.host.reboot();
    }

    @ParameterizedTest
    @EnumSource
    void forget(Kind kind) {
        Consumer<World> before = world -> {
            restartTheHost(world);
            world.recover();
            create(world);
            kill(world);
            assertThat(world.host.files).hasSize(2);
            world.forgetRequests();
            world.clock.advance(Duration.ofHours(25));
        };
        CrashPoints.of(world -> world.advance(SHORT))
                .after(before)
                .then(Invariants::nothingIsLeft)
                .visit(kind);
    }

    private void create(World world) {
        id[0] = world.created(World.HOUR);
    }

    private void kill(World world) {
        world.kill(id[0]);
    }
}

package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.sandbox.Faults.Kind;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Visits every step of a path: lets it go wrong in a world of its own, lets time pass, mends everything, and looks whether
 * what has to hold holds. Ends when the path is through without having come to the step.
 *
 * @param before what is there when the path begins
 * @param path what is looked at
 * @param then what holds afterwards besides {@link Invariants}
 */
record CrashPoints(Consumer<World> before, Consumer<World> path, Consumer<World> then) {

    /** Longer than any pause between two attempts, and than any deadline of a step. */
    private static final Duration WHILE = Duration.ofMinutes(2);

    private static final int MOST_STEPS = 500;

    static CrashPoints of(Consumer<World> path) {
        return new CrashPoints(world -> {}, path, world -> {});
    }

    CrashPoints and(Consumer<World> more) {
        return new CrashPoints(before, path.andThen(more), then);
    }

    CrashPoints after(Consumer<World> more) {
        return new CrashPoints(before.andThen(more), path, then);
    }

    CrashPoints then(Consumer<World> more) {
        return new CrashPoints(before, path, then.andThen(more));
    }

    void visit(Kind kind) {
        visit(kind, false);
        if (kind.lasts) visit(kind, true);
    }

    private void visit(Kind kind, boolean lasting) {
        boolean come = true;
        for (int step = 0; come; step++) {
            assertThat(step).isLessThan(MOST_STEPS);
            come = visit(kind, lasting, step);
        }
    }

    private boolean visit(Kind kind, boolean lasting, int step) {
        try (World world = World.running()) {
            before.accept(world);
            Faults faults = world.faults();
            faults.leave = () -> {};
            faults.arm(kind, step, lasting);
            try {
                path.accept(world);
                world.advance(WHILE);
                boolean come = faults.hit();
                if (faults.answersLate()) world.allowAll(EndCause.AGENT_GONE);
                world.settle();
                then.accept(world);
                Invariants.check(world);
                return come;
            } catch (RuntimeException | AssertionError failure) {
                String where = kind + (lasting ? " from step " : " at step ") + step;
                throw new AssertionError(where + ":\n  " + faults, failure);
            }
        }
    }
}

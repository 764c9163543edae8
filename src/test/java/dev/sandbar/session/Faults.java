package dev.sandbar.session;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Counts what one run of the service does to its store and its runtime, and lets one of these steps go wrong. */
final class Faults {

    /** What goes wrong. BEFORE: the step has no effect; AFTER: it has, but its answer doesn't arrive. */
    enum Kind {
        REFUSE,
        FAIL_AFTER,
        HANG_AFTER,
        /** From here on nothing happens any more. */
        CRASH_BEFORE,
        CRASH_AFTER
    }

    private final List<String> steps = new ArrayList<>();
    private @Nullable Kind kind;
    private Predicate<String> wanted = step -> true;
    private int passing;
    private boolean hit;
    private boolean dead;

    /** What each step waits for. */
    Mono<Void> held = Mono.empty();

    /** From now on: lets this many steps of that name pass, and then one go wrong. */
    void arm(Kind what, int passed, Predicate<String> some) {
        kind = what;
        passing = passed;
        wanted = some;
        hit = false;
    }

    void heal() {
        kind = null;
    }

    boolean hit() {
        return hit;
    }

    /** Nothing that this run does has an effect any more, and it gets no answers. */
    void die() {
        dead = true;
    }

    boolean dead() {
        return dead;
    }

    <T> Mono<T> step(String name, Mono<T> work, RuntimeException refusal) {
        return Mono.defer(() -> {
            if (dead) return Mono.never();
            steps.add(name);
            return held.then(Mono.defer(() -> {
                Kind fault = fault(name);
                return fault == null ? work : broken(fault, work, refusal);
            }));
        });
    }

    private @Nullable Kind fault(String name) {
        if (kind == null || !wanted.test(name) || passing-- > 0 || hit) return null;
        hit = true;
        steps.set(steps.size() - 1, name + " <- " + kind);
        return kind;
    }

    private <T> Mono<T> broken(Kind fault, Mono<T> work, RuntimeException refusal) {
        return switch (fault) {
            case REFUSE -> Mono.error(refusal);
            case FAIL_AFTER -> work.then(Mono.error(refusal));
            case HANG_AFTER -> work.then(Mono.never());
            case CRASH_BEFORE -> crashed();
            case CRASH_AFTER -> work.then(crashed());
        };
    }

    private <T> Mono<T> crashed() {
        return Mono.<T>never().doOnSubscribe(subscription -> dead = true);
    }

    @Override
    public String toString() {
        return String.join("\n  ", steps);
    }
}

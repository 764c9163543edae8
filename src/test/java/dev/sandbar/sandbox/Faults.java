package dev.sandbar.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Counts what one run of the service does to its store and its runtime, and lets one of these steps go wrong. */
final class Faults {

    /** What goes wrong. BEFORE: the step has no effect; AFTER: it has, but its answer doesn't arrive. */
    enum Kind {
        REFUSE(true),
        FAIL_BEFORE(true),
        FAIL_AFTER(true),
        HANG_BEFORE(true),
        HANG_AFTER(true),
        /** From here on nothing happens any more. */
        CRASH_BEFORE(false),
        CRASH_AFTER(false),
        /** Whoever asked cancels. */
        LEAVE_BEFORE(false),
        LEAVE_AFTER(false),
        /** The service is closed, and nothing happens any more. */
        STOP_BEFORE(false),
        STOP_AFTER(false);

        /** Whether it can go on for a while, from that step on. */
        final boolean lasts;

        Kind(boolean lasts) {
            this.lasts = lasts;
        }
    }

    private final List<String> steps = new ArrayList<>();
    private @Nullable Kind kind;
    private Predicate<String> wanted = step -> false;
    private int passing;
    private boolean lasting;
    private boolean hit;
    private boolean dead;
    Runnable leave = () -> {};
    Runnable stop = () -> {};

    /** From now on: lets this many steps pass, and then one go wrong, or all that follow. */
    void arm(Kind what, int passed, boolean forLong) {
        arm(what, passed, forLong, step -> true);
    }

    /** As the other, counting only some of the steps. */
    void arm(Kind what, int passed, boolean forLong, Predicate<String> some) {
        kind = what;
        passing = passed;
        lasting = forLong;
        wanted = some;
        hit = false;
    }

    void heal() {
        kind = null;
    }

    boolean hit() {
        return hit;
    }

    /** How many steps of this name there were. */
    long count(String name) {
        return steps.stream().filter(name::equals).count();
    }

    /** Whether an agent was asked in vain for longer than anybody waits. */
    boolean answersLate() {
        boolean waits = kind == Kind.HANG_BEFORE || kind == Kind.HANG_AFTER;
        return (waits || lasting) && steps.stream().anyMatch(step -> step.startsWith("adopt <-"));
    }

    /** Nothing that this run does has an effect any more, and it gets no answers. */
    void die() {
        dead = true;
    }

    boolean dead() {
        return dead;
    }

    /**
     * One step.
     *
     * @param refusal that of who is asked; nothing was done then
     * @param failure after which nobody knows whether it was done
     */
    <T> Mono<T> step(String name, Mono<T> work, RuntimeException refusal, RuntimeException failure) {
        return Mono.defer(() -> {
            if (dead) return Mono.never();
            steps.add(name);
            Kind fault = fault(name);
            return fault == null ? work : broken(fault, work, refusal, failure);
        });
    }

    private @Nullable Kind fault(String name) {
        if (kind == null || !wanted.test(name) || passing-- > 0 || (hit && !lasting)) return null;
        hit = true;
        steps.set(steps.size() - 1, name + " <- " + kind);
        return kind;
    }

    private <T> Mono<T> broken(Kind fault, Mono<T> work, RuntimeException refusal, RuntimeException failure) {
        return switch (fault) {
            case REFUSE -> Mono.error(refusal);
            case FAIL_BEFORE -> Mono.error(failure);
            case FAIL_AFTER -> work.then(Mono.error(failure));
            case HANG_BEFORE -> Mono.never();
            case HANG_AFTER -> work.then(Mono.never());
            case CRASH_BEFORE -> ended(() -> {});
            case CRASH_AFTER -> work.then(ended(() -> {}));
            case LEAVE_BEFORE -> Mono.fromRunnable(leave).then(work);
            case LEAVE_AFTER -> work.doOnTerminate(leave);
            case STOP_BEFORE -> ended(stop);
            case STOP_AFTER -> work.then(ended(stop));
        };
    }

    private <T> Mono<T> ended(Runnable last) {
        return Mono.<T>never().doOnSubscribe(subscription -> {
            dead = true;
            last.run();
        });
    }

    @Override
    public String toString() {
        return String.join("\n  ", steps);
    }
}

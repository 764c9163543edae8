package dev.sandbar.session;

import dev.sandbar.async.KeyedMutex;
import java.util.concurrent.atomic.AtomicIntegerArray;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Who may make a sandbox now. Creations without approval take turns: one of an owner at a time, and some in all. Those
 * with an approval have lanes of their own, so that they don't queue behind them. Cancelling leaves the queue.
 */
final class CreationTurns {

    private final KeyedMutex<String> owners;
    private final Lanes preloads;
    private final Lanes approved;

    CreationTurns(SessionSettings.Creations most, Scheduler handOff) {
        this.owners = new KeyedMutex<>("creations of owners", handOff);
        this.preloads = new Lanes("creations without approval", most.preloads(), handOff);
        this.approved = new Lanes("approved creations", most.approved(), handOff);
    }

    /** Lazy. */
    <T> Mono<T> inTurn(String owner, boolean hasApproval, Mono<T> creation) {
        return hasApproval ? approved.inTurn(creation) : owners.inTurn(owner, preloads.inTurn(creation));
    }

    /** So many at a time; who comes waits in the lane with the fewest. */
    private static final class Lanes {

        private final KeyedMutex<Integer> lanes;
        private final AtomicIntegerArray waiting;

        Lanes(String name, int most, Scheduler handOff) {
            this.lanes = new KeyedMutex<>(name, handOff);
            this.waiting = new AtomicIntegerArray(most);
        }

        <T> Mono<T> inTurn(Mono<T> work) {
            return Mono.defer(() -> {
                int lane = enter();
                return lanes.inTurn(lane, work).doFinally(signal -> waiting.decrementAndGet(lane));
            });
        }

        private synchronized int enter() {
            int best = 0;
            for (int lane = 1; lane < waiting.length(); lane++) {
                if (waiting.get(lane) < waiting.get(best)) best = lane;
            }
            waiting.incrementAndGet(best);
            return best;
        }
    }
}

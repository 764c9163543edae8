package dev.sandbar.session;

import dev.sandbar.async.FairQueue;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Which sessions may have a sandbox made now. Creations without approval take turns: one of an owner at a time, and some in
 * all. Those with an approval don't queue behind them. Cancelling leaves the queue, or ends the turn.
 */
final class CreationTurns {

    /** Sessions are bounded, and each waits once. */
    private static final int ALL = Integer.MAX_VALUE;

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final FairQueue<String> preloads;
    private final FairQueue<String> approved;

    CreationTurns(SessionSettings.Creations most, Scheduler timer) {
        this.preloads = queue("creations without approval", most.preloads(), 1, timer);
        this.approved = queue("approved creations", most.approved(), most.approved(), timer);
    }

    private static FairQueue<String> queue(String name, int atOnce, int ofOwner, Scheduler timer) {
        return new FairQueue<>(name, new FairQueue.Bounds(atOnce, ofOwner, ALL, ALL, PATIENCE), timer);
    }

    /** Lazy. */
    <T> Mono<T> inTurn(String owner, boolean hasApproval, Mono<T> creation) {
        FairQueue<String> queue = hasApproval ? approved : preloads;
        return queue.inTurn(owner, false, turn -> creation.doFinally(signal -> turn.close()));
    }
}

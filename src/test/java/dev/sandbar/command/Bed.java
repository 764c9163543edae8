package dev.sandbar.command;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.Budget;
import dev.sandbar.runtime.Strain;
import dev.sandbar.store.memory.MemoryJournals;
import dev.sandbar.store.memory.MemoryStore;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What commands need, in memory. */
final class Bed {

    static final Function<String, Mono<Strain>> CALM = sandbox -> Mono.just(new Strain(0, 0));

    private Bed() {}

    static Commands commands(CommandLimits limits, BackgroundTasks pumps, Scheduler timer) {
        MemoryJournals journals = new MemoryJournals(4 * limits.journalBytes());
        return new Commands(limits, new MemoryStore(), journals, CALM, new Budget("memory", 1 << 30), pumps, timer);
    }
}

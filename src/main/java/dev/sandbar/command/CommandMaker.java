package dev.sandbar.command;

import dev.sandbar.async.Budget;
import dev.sandbar.runtime.Agent;
import dev.sandbar.store.Journal;
import dev.sandbar.store.Journals;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Makes commands, new ones and those of an earlier run, each with its log and its journal. */
final class CommandMaker {

    /** As long as Reactor can say. */
    private static final Duration FOR_EVER = Duration.ofMillis(Long.MAX_VALUE);

    private final CommandLimits limits;
    private final Journals journals;
    private final Budget memory;
    private final Scheduler timer;
    private final Consumer<Command> deserted;

    /** @param deserted told when a command's last reader has left before its end */
    CommandMaker(CommandLimits limits, Journals journals, Budget memory, Scheduler timer, Consumer<Command> deserted) {
        this.limits = limits;
        this.journals = journals;
        this.memory = memory;
        this.timer = timer;
        this.deserted = deserted;
    }

    /** One that is about to be recorded and started; touches nothing. */
    Command create(String sandboxId, String id, Agent agent, CommandRequest request, Allowance allowance) {
        Instant now = now();
        AtomicReference<Command> self = new AtomicReference<>();
        OutputLog log = new OutputLog(id, limits, now.toEpochMilli(), allowance, () -> deserted(self));
        Mono<Journal> journal = Mono.just(journals.create(sandboxId, journalName(id, now)));
        Command command = new Command(sandboxId, id, request, agent, log, journal, now);
        self.set(command);
        return command;
    }

    /** One of an earlier run; nobody follows it yet. */
    Command restore(CommandRecord record) {
        boolean ended = record.state().ended();
        Allowance allowance = ended ? Allowance.none(memory) : Allowance.force(memory, limits.logBytes());
        AtomicReference<Command> self = new AtomicReference<>();
        OutputLog log = new OutputLog(record.id(), limits, now().toEpochMilli(), allowance, () -> deserted(self));
        Mono<Journal> journal =
                Mono.defer(() -> journals.open(record.sandboxId(), journalName(record.id(), record.createdAt())));
        Mono<Journal> once = journal.cache(opened -> FOR_EVER, failure -> Duration.ZERO, () -> Duration.ZERO, timer);
        Command command =
                new Command(record.sandboxId(), record.id(), record.request(), null, log, once, record.createdAt());
        self.set(command);
        if (ended) command.restore(record);
        return command;
    }

    private void deserted(AtomicReference<Command> self) {
        Command command = self.get();
        if (command != null) deserted.accept(command);
    }

    /** Behind what the earlier run has written. */
    static Mono<Void> continued(Command command) {
        return command.journal()
                .flatMap(journal -> journal.read(journal.range().last() - 1, 1).doOnNext(newest -> {
                    OutputCodec.Tail tail = newest.isEmpty() ? OutputCodec.Tail.NONE : OutputCodec.tail(newest.get(0));
                    command.log().continueBehind(journal.range().last(), tail);
                }))
                .then();
    }

    /** Not used again when the client uses an id again. */
    static String journalName(String id, Instant createdAt) {
        return id + "-" + Long.toString(createdAt.toEpochMilli(), 36);
    }

    static String newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return Long.toString(random.nextLong() >>> 1, 36) + Long.toString(random.nextLong() >>> 1, 36);
    }

    private Instant now() {
        return Instant.ofEpochMilli(timer.now(TimeUnit.MILLISECONDS));
    }
}

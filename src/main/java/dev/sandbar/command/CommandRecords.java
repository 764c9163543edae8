package dev.sandbar.command;

import dev.sandbar.store.Change;
import dev.sandbar.store.Document;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;
import tools.jackson.core.JacksonException;

/** The records of commands in the store. What has to be recorded is tried until it is. */
final class CommandRecords {

    private static final Logger log = LoggerFactory.getLogger(CommandRecords.class);
    private static final String KIND = "command";
    private static final int AT_ONCE = 100;

    private final Set<String> owed = ConcurrentHashMap.newKeySet();
    private final Set<String> unreadable = ConcurrentHashMap.newKeySet();
    private final CommandCodec codec = new CommandCodec();
    private final Store store;
    private final Scheduler timer;

    CommandRecords(Store store, Scheduler timer) {
        this.store = store;
        this.timer = timer;
    }

    /** Records a new command; fails when that can't be done now. */
    Mono<Void> create(Command command) {
        return Mono.defer(() -> {
            long expected = owed.remove(key(command)) ? Change.ANY : Change.NEW;
            return store.commit(new Change.Put(KIND, key(command), expected, codec.encode(command.record())))
                    .then();
        });
    }

    /** Records an end, however long that takes, and whatever the store says. */
    Mono<Void> end(CommandRecord record) {
        String key = record.sandboxId() + "/" + record.id();
        return Mono.defer(() -> store.commit(new Change.Put(KIND, key, Change.ANY, codec.encode(record))))
                .retryWhen(untilItSucceeds(key))
                .then();
    }

    /** Removes a record; one that can't be removed now is owed. */
    Mono<Void> remove(Command command) {
        return removeAll(List.of(command)).onErrorResume(StoreException.class, refusal -> {
            owed.add(key(command));
            return Mono.empty();
        });
    }

    Mono<Void> removeAll(Collection<Command> commands) {
        return removeKeys(commands.stream().map(CommandRecords::key).toList());
    }

    /** Another attempt at what is owed; for a sweep. */
    Mono<Void> removeOwed() {
        List<String> keys = new ArrayList<>(owed);
        keys.removeIf(key -> !owed.remove(key));
        return removeKeys(keys).doOnError(error -> owed.addAll(keys)).onErrorComplete(StoreException.class);
    }

    private Mono<Void> removeKeys(List<String> keys) {
        return Flux.fromIterable(keys)
                .<Change>map(key -> new Change.Delete(KIND, key, Change.ANY))
                .buffer(AT_ONCE)
                .concatMap(store::commit)
                .then();
    }

    /** All that can be read; the others are left alone. */
    Mono<List<CommandRecord>> all() {
        return store.list(KIND)
                .<CommandRecord>handle((document, next) -> {
                    CommandRecord record = read(document);
                    if (record != null) next.next(record);
                })
                .collectList();
    }

    private @Nullable CommandRecord read(Document document) {
        try {
            return codec.decode(document.content());
        } catch (JacksonException | IllegalArgumentException | NullPointerException error) {
            log.error("The record of command {} can't be read; the command is left alone", document.id(), error);
            unreadable.add(document.id());
            return null;
        }
    }

    /** Whether there is a record that nobody understands. */
    boolean isUnreadable(String sandboxId, String commandId) {
        return unreadable.contains(sandboxId + "/" + commandId);
    }

    private Retry untilItSucceeds(String key) {
        return Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(20))
                .maxBackoff(Duration.ofSeconds(1))
                .scheduler(timer)
                .doBeforeRetry(signal -> warn(key, signal));
    }

    private static void warn(String key, Retry.RetrySignal signal) {
        if (signal.totalRetries() != 0) return;
        log.warn("The end of command {} can't be recorded yet and waits for that", key, signal.failure());
    }

    private static String key(Command command) {
        return command.sandboxId() + "/" + command.id();
    }
}

package dev.sandbar.command;

import dev.sandbar.command.EntryRing.Entry;
import dev.sandbar.store.Journal;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Writes one command's output to its journal: whatever has come while it wrote is what it writes next. Where the disk
 * refuses it tries again each second, and the process waits.
 */
final class DiskWriter {

    private static final Logger log = LoggerFactory.getLogger(DiskWriter.class);
    private static final int AT_ONCE = 512 * 1024;

    private final Command command;
    private final OutputLog output;
    private final Scheduler timer;
    private final LongConsumer onDisk;

    /** @param onDisk told the offset up to which everything is on disk, by one call at a time */
    DiskWriter(Command command, Scheduler timer, LongConsumer onDisk) {
        this.command = command;
        this.output = command.log();
        this.timer = timer;
        this.onDisk = onDisk;
    }

    /** Completes when everything is on disk and nothing more will come. */
    Mono<Void> run() {
        return Mono.defer(this::step).repeat(() -> !output.isAllWritten()).then();
    }

    private Mono<Void> step() {
        List<Entry> entries = output.unwritten(AT_ONCE);
        return entries.isEmpty()
                ? output.whenUnwritten()
                : command.journal().flatMap(journal -> write(journal, entries));
    }

    private Mono<Void> write(Journal journal, List<Entry> entries) {
        List<Journal.Piece> pieces = pieces(entries);
        long before = output.written();
        return Mono.defer(() -> journal.append(rest(pieces, journal.range().last() - before)))
                .retryWhen(eachSecond())
                .then(Mono.fromRunnable(() -> written(entries)));
    }

    /** An attempt that failed may have written the first ones. */
    private static List<Journal.Piece> rest(List<Journal.Piece> pieces, long done) {
        return done <= 0 ? pieces : pieces.subList((int) Math.min(done, pieces.size()), pieces.size());
    }

    private void written(List<Entry> entries) {
        onDisk.accept(entries.get(entries.size() - 1).end());
        output.written(entries);
    }

    private List<Journal.Piece> pieces(List<Entry> entries) {
        long now = timer.now(TimeUnit.MILLISECONDS);
        List<Journal.Piece> pieces = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            pieces.add(OutputCodec.encode(entry.event(), entry.end(), entry.stdout(), now));
        }
        return pieces;
    }

    private Retry eachSecond() {
        return Retry.fixedDelay(Long.MAX_VALUE, Duration.ofSeconds(1))
                .scheduler(timer)
                .filter(error -> error instanceof StoreException)
                .doBeforeRetry(this::warn);
    }

    private void warn(Retry.RetrySignal signal) {
        if (signal.totalRetries() != 0) return;
        log.warn("Command {} waits: its output can't be written to disk now", command.id(), signal.failure());
    }
}

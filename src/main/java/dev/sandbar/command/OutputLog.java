package dev.sandbar.command;

import dev.sandbar.command.CommandEvent.Gap;
import dev.sandbar.command.CommandEvent.Output;
import dev.sandbar.command.EntryRing.Entry;
import dev.sandbar.runtime.ProcessEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The newest output of one command, fed by one pump and taken by any number of readers.
 *
 * <p>While readers are attached the slowest one holds up the pump: {@link #append} answers with a wait. Until the first
 * reader comes, the log waits for it in the same way, as long as {@link #sweep} allows. Without readers the oldest
 * output goes. All state is guarded by the log's own lock; nobody else's code runs under it.
 */
final class OutputLog {

    private static final int OVERHEAD = 64;
    private static final LogReader[] NONE = {};

    private final String commandId;
    private final CommandLimits limits;
    private final long createdAt;
    private final EntryRing ring = new EntryRing();
    private volatile LogReader[] readers = NONE;
    private Sinks.@Nullable Empty<Void> waiting;
    private @Nullable RuntimeException failure;
    private long weight;
    private long dropped;
    private long end;
    private boolean ended;
    private boolean reserved = true;

    OutputLog(String commandId, CommandLimits limits, long now) {
        this.commandId = commandId;
        this.limits = limits;
        this.createdAt = now;
    }

    /** Bytes that were written so far, kept or not. */
    synchronized long end() {
        return end;
    }

    /** Adds output; the answer completes when there is room for more. For the pump only, one call at a time. */
    Mono<Void> append(ProcessEvent.Output output, long millis) {
        if (!keep(output, millis)) return Mono.empty();
        wake();
        return room();
    }

    /** Adds the end; nothing follows it. */
    void finish(CommandState last, Instant at) {
        synchronized (this) {
            if (ended || failure != null) return;
            ended = true;
            add(CommandEvent.Ended.of(ring.next(), at, last), end, 0);
        }
        wake();
    }

    /** Fails all readers, now and later, at once. */
    void fail(RuntimeException error) {
        synchronized (this) {
            if (ended || failure != null) return;
            failure = error;
        }
        wake();
        release(true);
    }

    boolean hasReaders() {
        return readers.length > 0;
    }

    /** Cuts readers that took nothing for too long, and stops waiting for the first one. */
    void sweep(long now) {
        long patience = limits.patience().toMillis();
        for (LogReader reader : readers) {
            if (reader.isStuck(now, patience, hasMore(reader))) {
                reader.cut(new CommandException.ReaderTooSlow(commandId));
            }
        }
        synchronized (this) {
            if (now - createdAt >= patience) reserved = false;
        }
        release(false);
    }

    /** Attaches a reader; null and a place in the log for it, or why not. */
    synchronized @Nullable RuntimeException join(LogReader reader, Position position) {
        if (failure != null) return failure;
        if (readers.length == limits.readers()) {
            return new CommandException.TooMany(
                    "command " + commandId + " has " + limits.readers() + " readers already");
        }
        if (position.isByNumber() && position.seq() >= ring.next() && !ended) {
            return new IllegalArgumentException(
                    "number " + position.seq() + " lies behind the last one, " + (ring.next() - 1));
        }
        if (position.offset() > end) {
            return new IllegalArgumentException(
                    "offset " + position.offset() + " lies behind the end of the output, " + end);
        }
        place(reader, position);
        reserved = false;
        readers = Arrays.copyOf(readers, readers.length + 1);
        readers[readers.length - 1] = reader;
        return null;
    }

    void leave(LogReader reader) {
        synchronized (this) {
            List<LogReader> left = new ArrayList<>(Arrays.asList(readers));
            if (!left.remove(reader)) return;
            readers = left.toArray(NONE);
        }
        release(false);
    }

    /** Moves up to {@code limit} events into {@code batch}, which is empty. */
    @Nullable RuntimeException take(LogReader reader, Queue<CommandEvent> batch, int limit) {
        Sinks.Empty<Void> pump;
        synchronized (this) {
            if (failure != null) return failure;
            while (batch.size() < limit && reader.sequence < ring.next()) {
                Entry entry = ring.get(reader.sequence++);
                reader.weight = entry.weight();
                batch.add(entry.event());
            }
            pump = released(false);
        }
        if (pump != null) pump.tryEmitEmpty();
        return null;
    }

    private synchronized boolean hasMore(LogReader reader) {
        return reader.sequence < ring.next();
    }

    private synchronized boolean keep(ProcessEvent.Output output, long millis) {
        int known = (int) Math.min(Integer.MAX_VALUE, Math.max(0, end - output.offset()));
        if (ended || failure != null || known >= output.bytes().length) return false;
        if (output.offset() > end) {
            add(new Gap(ring.next(), ring.next(), end, output.offset() - end), output.offset(), 0);
            end = output.offset();
        }
        byte[] fresh = known == 0 ? output.bytes() : Arrays.copyOfRange(output.bytes(), known, output.bytes().length);
        Output event = new Output(ring.next(), millis, end, output.stream(), fresh);
        end = event.end();
        add(event, end, fresh.length);
        return true;
    }

    private void add(CommandEvent event, long end, int bytes) {
        weight += bytes + OVERHEAD;
        ring.add(new Entry(event, end, weight));
        long needed = reserved ? 0 : ring.next();
        for (LogReader reader : readers) {
            needed = Math.min(needed, reader.sequence);
        }
        while (weight - dropped > limits.logBytes() && ring.first() < needed && ring.first() + 1 < ring.next()) {
            dropped = ring.get(ring.first()).weight();
            ring.removeFirst();
        }
    }

    private void place(LogReader reader, Position position) {
        if (position.isByNumber()) {
            placeBehind(reader, position.seq());
            return;
        }
        reader.sequence = position.isNow() ? ring.next() : ring.first();
        long from = firstOffset();
        if (!position.isNow() && position.offset() < from) {
            reader.prefix(new Gap(1, Math.max(1, ring.first() - 1), position.offset(), from - position.offset()));
        }
        while (reader.sequence < ring.next() && passes(reader, position.offset())) {
            reader.sequence++;
        }
        if (position.isNow() && ended) reader.sequence = ring.next() - 1;
        weigh(reader);
    }

    private void placeBehind(LogReader reader, long seq) {
        long last = ended ? ring.next() - 1 : ring.next();
        reader.sequence = Math.max(ring.first(), Math.min(seq + 1, last));
        if (seq + 1 < ring.first()) reader.prefix(new Gap(seq + 1, ring.first() - 1, -1, -1));
        weigh(reader);
    }

    private void weigh(LogReader reader) {
        reader.weight = reader.sequence == ring.first()
                ? dropped
                : ring.get(reader.sequence - 1).weight();
    }

    /** Whether the reader's next entry lies before its position; of one that straddles it the rest becomes a prefix. */
    private boolean passes(LogReader reader, long offset) {
        Entry entry = ring.get(reader.sequence);
        if (entry.event() instanceof Output output && output.offset() < offset) {
            if (output.end() > offset) reader.prefix(behind(output, offset));
            return true;
        }
        return entry.event() instanceof Gap && entry.end() <= offset;
    }

    private long firstOffset() {
        if (ring.first() == ring.next()) return end;
        return start(ring.get(ring.first()));
    }

    private static long start(Entry entry) {
        if (entry.event() instanceof Output output) return output.offset();
        if (entry.event() instanceof Gap gap) return gap.offset();
        return entry.end();
    }

    private static Output behind(Output output, long offset) {
        int skipped = (int) (offset - output.offset());
        byte[] rest = Arrays.copyOfRange(output.bytes(), skipped, output.bytes().length);
        return new Output(output.seq(), output.millis(), offset, output.stream(), rest);
    }

    private void wake() {
        for (LogReader reader : readers) {
            reader.drain();
        }
    }

    private Mono<Void> room() {
        synchronized (this) {
            if (failure != null || ahead() < limits.logBytes()) return Mono.empty();
            waiting = Sinks.empty();
            return waiting.asMono();
        }
    }

    /** How far the pump is ahead of the slowest reader. */
    private long ahead() {
        long slowest = reserved ? 0 : weight;
        for (LogReader reader : readers) {
            slowest = Math.min(slowest, reader.weight);
        }
        return weight - slowest;
    }

    private void release(boolean always) {
        Sinks.Empty<Void> pump;
        synchronized (this) {
            pump = released(always);
        }
        if (pump != null) pump.tryEmitEmpty();
    }

    private Sinks.@Nullable Empty<Void> released(boolean always) {
        if (waiting == null || (!always && ahead() > limits.logBytes() / 2)) return null;
        Sinks.Empty<Void> pump = waiting;
        waiting = null;
        return pump;
    }

    /** For tests and figures: bytes that are kept now, with their overhead. */
    synchronized long kept() {
        return weight - dropped;
    }
}

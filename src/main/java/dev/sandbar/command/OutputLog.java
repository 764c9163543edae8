package dev.sandbar.command;

import dev.sandbar.command.CommandEvent.Ended;
import dev.sandbar.command.CommandEvent.Gap;
import dev.sandbar.command.CommandEvent.Output;
import dev.sandbar.command.EntryRing.Entry;
import dev.sandbar.runtime.ProcessEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The newest output of one command, fed by one pump, taken by one writer to disk and any number of readers.
 *
 * <p>Whoever is slowest of these holds up the pump: {@link #append} answers with a wait. What everybody has taken goes when
 * there is no room for it; a reader that comes later finds it on disk. Where a first reader was announced no more is taken up
 * until it comes than is kept on disk, as long as {@link #sweep} allows. All state is guarded by the log's own lock; nobody else's code
 * runs under it.
 */
final class OutputLog {

    private static final int OVERHEAD = 64;
    private static final LogReader[] NONE = {};

    private final String commandId;
    private final CommandLimits limits;
    private final long createdAt;
    private final Allowance memory;
    private final Runnable deserted;
    private final EntryRing ring = new EntryRing();
    private volatile LogReader[] readers = NONE;
    private Sinks.@Nullable Empty<Void> waiting;
    private Sinks.@Nullable Empty<Void> writer;
    private @Nullable RuntimeException failure;
    private boolean stopped;
    private long weight;
    private long dropped;
    private long end;
    private long stdout;
    private long lost;
    private long written;
    private long writtenWeight;
    private boolean complete;
    private boolean ended;
    private boolean reserved;

    /** @param deserted called when the last reader has left before the end, on its thread */
    OutputLog(String commandId, CommandLimits limits, long now, Allowance memory, Runnable deserted) {
        this.commandId = commandId;
        this.limits = limits;
        this.createdAt = now;
        this.memory = memory;
        this.deserted = deserted;
    }

    /** Goes on behind what an earlier run has written to disk; before everything else. */
    synchronized void continueBehind(long sequence, OutputCodec.Tail tail) {
        ring.continueBehind(sequence);
        written = sequence;
        end = tail.end();
        stdout = tail.stdout();
        lost = tail.end() - tail.stdout() - tail.stderr();
    }

    /** Somebody is about to read it from its first byte; before everything else. */
    synchronized void awaitReader() {
        reserved = true;
    }

    /** Whoever was about to read it has left. */
    void awaitNoReader() {
        synchronized (this) {
            reserved = false;
        }
        release(false);
    }

    /** Bytes that were written so far, kept or not. */
    synchronized long end() {
        return end;
    }

    synchronized long stdout() {
        return stdout;
    }

    synchronized long stderr() {
        return end - stdout - lost;
    }

    /** Number of the newest entry that is on disk. */
    synchronized long written() {
        return written;
    }

    /** Adds output; the answer completes when there is room for more. For the pump only, one call at a time. */
    Mono<Void> append(ProcessEvent.Output output, long millis) {
        Sinks.Empty<Void> idle;
        synchronized (this) {
            if (!keep(output, millis)) return Mono.empty();
            idle = writer;
            writer = null;
        }
        for (LogReader reader : readers) {
            if (!reader.isByNumber()) reader.drain();
        }
        if (idle != null) idle.tryEmitEmpty();
        return room();
    }

    /** Adds the end, which is recorded and whose output is all on disk; nothing follows it. */
    void finish(CommandState last, long millis) {
        synchronized (this) {
            if (ended) return;
            ended = true;
            long number = ring.next();
            add(Ended.of(number, millis, last), 0);
        }
        memory.shrink(kept());
        wake();
    }

    /** Fails readers by offset, now and later, at once; nothing is added any more but the end, for readers by number. */
    void fail(RuntimeException error) {
        synchronized (this) {
            if (ended || failure != null) return;
            failure = error;
        }
        interrupt(false);
    }

    /** Ends all readers, those by number without an end or an error. */
    void stop() {
        synchronized (this) {
            stopped = true;
            if (failure == null && !ended) failure = CommandException.Lost.stopping();
        }
        interrupt(true);
    }

    private void interrupt(boolean all) {
        for (LogReader reader : readers) {
            if (all || !reader.isByNumber()) reader.interrupt();
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

    /** Keeps nothing in memory but the end: for one that has ended, when nobody reads it. */
    void retire() {
        synchronized (this) {
            if (!ended || readers.length > 0) return;
            while (ring.first() + 1 < ring.next()) dropFirst();
            ring.shrink();
        }
        memory.close();
    }

    /** Gives its memory back: nobody will read it any more. */
    void close() {
        memory.close();
    }

    /** Attaches a reader; null and a place in the log for it, or why not. */
    synchronized @Nullable RuntimeException join(LogReader reader, Position position) {
        if (stopped) return CommandException.Lost.stopping();
        if (failure != null && !position.isByNumber()) return failure;
        if (readers.length == limits.readers()) {
            return new CommandException.TooMany("Command " + commandId + " has " + limits.readers()
                    + " readers, which is the limit (sandbar.commands.readers): try again later");
        }
        if (position.offset() > end) {
            return new CommandException.BehindTheEnd("offset " + position.offset(), end);
        }
        if (position.seq() >= ring.next()) {
            return new CommandException.BehindTheEnd("number " + position.seq(), ring.next() - 1);
        }
        place(reader, position);
        reserved = false;
        readers = Arrays.copyOf(readers, readers.length + 1);
        readers[readers.length - 1] = reader;
        return null;
    }

    /** Whether a reader who begins there has seen everything that there will ever be. */
    synchronized boolean isAllSeen(Position position) {
        return ended && position.seq() == ring.next() - 1;
    }

    void leave(LogReader reader) {
        boolean last;
        synchronized (this) {
            List<LogReader> left = new ArrayList<>(Arrays.asList(readers));
            if (!left.remove(reader)) return;
            readers = left.toArray(NONE);
            last = left.isEmpty() && !ended && failure == null && !stopped;
        }
        release(false);
        if (last) deserted.run();
    }

    /** Moves up to {@code limit} events into {@code batch}, which is empty. */
    @Nullable RuntimeException take(LogReader reader, Queue<CommandEvent> batch, int limit) {
        Sinks.Empty<Void> pump;
        synchronized (this) {
            if (stopped && (!ended || reader.isByNumber())) return CommandException.Lost.stopping();
            if (failure != null && !reader.isByNumber()) return failure;
            long until = until(reader);
            while (batch.size() < limit && reader.sequence < until) {
                Entry entry = ring.get(reader.sequence++);
                reader.weight = entry.weight();
                batch.add(entry.event());
            }
            pump = released(false);
        }
        if (pump != null) pump.tryEmitEmpty();
        return null;
    }

    /** For the writer: entries that aren't on disk yet, the oldest first; none when there are none. */
    synchronized List<Entry> unwritten(long mostBytes) {
        List<Entry> found = new ArrayList<>();
        long last = ended ? ring.next() - 1 : ring.next();
        for (long i = written + 1; i < last; i++) {
            Entry entry = ring.get(i);
            if (entry.weight() - writtenWeight > mostBytes && !found.isEmpty()) break;
            found.add(entry);
        }
        return found;
    }

    /** Completes when something isn't on disk, or nothing more will come. For one writer. */
    synchronized Mono<Void> whenUnwritten() {
        if (complete || written + 1 < ring.next()) return Mono.empty();
        writer = Sinks.empty();
        return writer.asMono();
    }

    /** No output will be added any more: the writer has only to write what is there. */
    void noMore() {
        Sinks.Empty<Void> idle;
        synchronized (this) {
            complete = true;
            idle = writer;
            writer = null;
        }
        if (idle != null) idle.tryEmitEmpty();
    }

    /** Whether the writer is done. */
    synchronized boolean isAllWritten() {
        return complete && (ended || written + 1 == ring.next());
    }

    /** They are on disk now. */
    void written(List<Entry> entries) {
        synchronized (this) {
            written += entries.size();
            writtenWeight = entries.get(entries.size() - 1).weight();
        }
        for (LogReader reader : readers) {
            if (reader.isByNumber()) reader.drain();
        }
        release(false);
    }

    /** Events that a reader by number may see are on disk, or the end. */
    private long until(LogReader reader) {
        return ended || !reader.isByNumber() ? ring.next() : written + 1;
    }

    private synchronized boolean hasMore(LogReader reader) {
        return reader.isBehind() || reader.sequence < until(reader);
    }

    private boolean keep(ProcessEvent.Output output, long millis) {
        long known = Math.max(0, end - output.offset());
        if (complete || failure != null || known >= output.bytes().length) return false;
        if (output.offset() > end) {
            Gap gap = new Gap(ring.next(), ring.next(), end, output.offset() - end);
            lost += gap.lost();
            end = output.offset();
            add(gap, 0);
        }
        byte[] fresh =
                known == 0 ? output.bytes() : Arrays.copyOfRange(output.bytes(), (int) known, output.bytes().length);
        Output event = new Output(ring.next(), millis, end, output.stream(), fresh);
        end = event.end();
        if (output.stream() == ProcessEvent.Stream.STDOUT) stdout += fresh.length;
        add(event, fresh.length);
        return true;
    }

    private void add(CommandEvent event, int bytes) {
        weight += bytes + OVERHEAD;
        ring.add(new Entry(event, end, stdout, weight));
        long needed = written + 1;
        for (LogReader reader : readers) {
            needed = Math.min(needed, reader.sequence);
        }
        long room = memory.granted();
        while (weight - dropped > room && ring.first() < needed && ring.first() + 1 < ring.next()) dropFirst();
    }

    private void dropFirst() {
        dropped = ring.get(ring.first()).weight();
        ring.removeFirst();
    }

    private void place(LogReader reader, Position position) {
        if (position.isByNumber()) {
            long last = ended ? ring.next() - 1 : ring.next();
            reader.sequence = Math.max(ring.first(), Math.min(position.seq() + 1, last));
            if (position.seq() + 1 < ring.first()) reader.beginBehind(firstOffset());
        } else {
            placeAt(reader, position);
        }
        reader.weight = reader.sequence == ring.first()
                ? dropped
                : ring.get(reader.sequence - 1).weight();
    }

    private void placeAt(LogReader reader, Position position) {
        reader.sequence = position.isNow() ? ring.next() : ring.first();
        if (position.isNow() && ended) reader.sequence = ring.next() - 1;
        if (position.isNow()) return;
        if (position.offset() < firstOffset() && ring.first() > 1) {
            reader.beginBehind(firstOffset());
            return;
        }
        while (reader.sequence < ring.next() && passes(reader, position.offset())) reader.sequence++;
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
        Entry entry = ring.get(ring.first());
        if (entry.event() instanceof Output output) return output.offset();
        return entry.event() instanceof Gap gap ? gap.offset() : entry.end();
    }

    static Output behind(Output output, long offset) {
        int skipped = (int) (offset - output.offset());
        byte[] rest = Arrays.copyOfRange(output.bytes(), skipped, output.bytes().length);
        return new Output(output.seq(), output.millis(), offset, output.stream(), rest);
    }

    private void wake() {
        for (LogReader reader : readers) reader.drain();
    }

    private Mono<Void> room() {
        synchronized (this) {
            while (failure == null && isFull()) {
                if (ahead() >= memory.granted() && memory.grow()) continue;
                waiting = Sinks.empty();
                return waiting.asMono();
            }
            return Mono.empty();
        }
    }

    private boolean isFull() {
        long ahead = ahead();
        return (ahead > 0 && ahead >= memory.granted()) || (reserved && weight >= limits.journalBytes());
    }

    /** How far the pump is ahead of the slowest reader, or of the writer. */
    private long ahead() {
        long slowest = writtenWeight;
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
        if (waiting == null) return null;
        if (!always && (ahead() > memory.granted() / 2 || isFull())) return null;
        Sinks.Empty<Void> pump = waiting;
        waiting = null;
        return pump;
    }

    /** For tests and figures: bytes that are kept in memory now, with their overhead. */
    synchronized long kept() {
        return weight - dropped;
    }
}

package dev.sandbar.command;

import dev.sandbar.command.CommandEvent.Gap;
import dev.sandbar.command.CommandEvent.Output;
import dev.sandbar.store.Journal;
import dev.sandbar.store.LogEntry;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What one reader takes from disk before it goes on in memory; what is missing there is told as gaps. */
final class History {

    private static final int PAGE = 256 * 1024;

    private final Mono<Journal> journal;
    private final long until;
    private final long untilOffset;
    private final long fromOffset;
    private long at;
    private long offset;

    /**
     * @param until number of the first event that is not to be read
     * @param untilOffset offset of that
     */
    History(Mono<Journal> journal, Position position, long until, long untilOffset) {
        this.journal = journal;
        this.until = until;
        this.untilOffset = untilOffset;
        this.fromOffset = position.isByNumber() ? 0 : position.offset();
        this.at = position.isByNumber() ? position.seq() : 0;
        this.offset = at == 0 ? 0 : -1;
    }

    /** For one subscription; a page at a time, ahead of its reader by one. */
    Flux<CommandEvent> events() {
        Mono<List<LogEntry>> page = Mono.defer(() -> journal.flatMap(from -> from.read(at, PAGE)));
        return page.map(this::take).repeat(() -> at + 1 < until).concatMapIterable(events -> events, 1);
    }

    private List<CommandEvent> take(List<LogEntry> page) {
        List<CommandEvent> events = new ArrayList<>(page.size() + 1);
        for (LogEntry entry : page) {
            if (entry.sequence() >= until) break;
            CommandEvent event = OutputCodec.decode(entry);
            skipTo(entry.sequence(), start(event), events);
            take(event, OutputCodec.tail(entry).end(), events);
            at = entry.sequence();
        }
        boolean over = page.isEmpty() || page.get(page.size() - 1).sequence() >= until;
        if (over) skipTo(until, untilOffset, events);
        return events;
    }

    /** What is before the next event and isn't there any more. */
    private void skipTo(long next, long nextOffset, List<CommandEvent> events) {
        if (at + 1 < next && nextOffset > fromOffset) {
            long from = offset < 0 ? -1 : Math.max(offset, fromOffset);
            events.add(new Gap(at + 1, next - 1, from, from < 0 ? -1 : nextOffset - from));
        }
        at = next - 1;
        offset = nextOffset;
    }

    private void take(CommandEvent event, long end, List<CommandEvent> events) {
        offset = end;
        if (end <= fromOffset) return;
        boolean straddles = event instanceof Output output && output.offset() < fromOffset;
        events.add(straddles ? OutputLog.behind((Output) event, fromOffset) : event);
    }

    private static long start(CommandEvent event) {
        return event instanceof Output output ? output.offset() : ((Gap) event).offset();
    }
}

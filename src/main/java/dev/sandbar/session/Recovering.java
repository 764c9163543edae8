package dev.sandbar.session;

import dev.sandbar.store.Document;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Takes up the sessions of an earlier run: one pass over the records, then the ends of tool calls that were cut off, then
 * those whose slot doesn't fit what there is. A sandbox that outlived the service is kept, with its files.
 */
final class Recovering {

    private static final Logger log = LoggerFactory.getLogger(Recovering.class);
    private static final int AT_ONCE = 64;

    private final Parts parts;
    private final Places places;
    private final Records records;
    private final CutCalls cutCalls;
    private final Making making;
    private final Owing owing;

    Recovering(Parts parts, Places places, Records records, Making making, Owing owing) {
        this.parts = parts;
        this.places = places;
        this.records = records;
        this.cutCalls = new CutCalls(records);
        this.making = making;
        this.owing = owing;
    }

    /** Lazy. Fails only when the records can't be read, or cut calls can't be told; no session was taken up then. */
    Mono<SessionRecovery> recover() {
        return parts.sandboxes()
                .recovered()
                .then(records.all())
                .flatMap(all -> cutCalls.end(all)
                        .then(records.documents(SeenRecord.KIND))
                        .flatMap(seen -> recover(all, seen)));
    }

    private Mono<SessionRecovery> recover(List<Records.Kept> all, List<Document> read) {
        Map<String, SeenRecord> seen = read.stream().collect(Collectors.toMap(Document::id, SeenRecord::read));
        List<Entry> entries = all.stream().map(kept -> entered(kept, seen)).toList();
        entries.forEach(owing::look);
        int live = (int) entries.stream().filter(entry -> entry.now().lives()).count();
        return Flux.fromIterable(entries)
                .filter(making::broken)
                .flatMap(this::mended, AT_ONCE)
                .count()
                .map(mended -> new SessionRecovery(live, entries.size() - live, mended.intValue()));
    }

    private Entry entered(Records.Kept kept, Map<String, SeenRecord> all) {
        Entry entry = new Entry(kept, places);
        entry.takenUp(parts.now());
        SeenRecord seen = all.get(kept.session().id());
        if (seen != null) entry.remember(seen);
        boolean active = !kept.session().idle() && kept.session().endedAt() == null;
        if (active) entry.force();
        parts.entries().restore(entry);
        return entry;
    }

    /** What fails here is put right by the sweep. */
    private Mono<Session> mended(Entry entry) {
        return making.mend(entry).onErrorResume(error -> {
            log.warn("The sandbox of session {} can't be taken up yet", entry.id(), error);
            return Mono.empty();
        });
    }
}

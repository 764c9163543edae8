package dev.sandbar.event;

import dev.sandbar.async.BackgroundTasks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Reads parts of one stream's older history; readers that want the same one share it. Holds none of them. */
final class Pages {

    private final String stream;
    private final History history;
    private final BackgroundTasks tasks;
    private final Map<Long, List<EventReader>> waiting = new HashMap<>();

    Pages(String stream, History history, BackgroundTasks tasks) {
        this.stream = stream;
        this.history = history;
        this.tasks = tasks;
    }

    /** Lets the reader be given what follows this event. */
    void ask(EventReader reader, long after) {
        if (!first(reader, after)) return;
        Mono<Void> read = history.after(stream, after)
                .doOnNext(page -> answered(after).forEach(each -> each.take(page)))
                .then()
                .onErrorResume(error -> {
                    answered(after).forEach(each -> each.fail(error));
                    return Mono.empty();
                });
        tasks.start("History of " + stream, read);
    }

    private synchronized boolean first(EventReader reader, long after) {
        List<EventReader> readers = waiting.computeIfAbsent(after, key -> new ArrayList<>());
        readers.add(reader);
        return readers.size() == 1;
    }

    private synchronized List<EventReader> answered(long after) {
        List<EventReader> readers = waiting.remove(after);
        return readers == null ? List.of() : readers;
    }
}

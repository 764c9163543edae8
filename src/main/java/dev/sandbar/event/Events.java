package dev.sandbar.event;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.store.Change;
import dev.sandbar.store.Store;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.json.JsonMapper;

/**
 * Streams of events, one log of the store each, with names such as {@code sandbox/<id>}.
 *
 * <p>An event is appended by the commit that changes its subject: put {@link #event} into the commit, and call {@link
 * #committed} when that has answered. Thread-safe; nothing blocks. Frames are emitted on the given scheduler or on the
 * thread that requests them.
 */
public final class Events implements AutoCloseable {

    /** Most bytes of one event as JSON. */
    public static final int CONTENT_MAX = EventCodec.CONTENT_MAX;

    private final Map<String, HotStream> hot = new ConcurrentHashMap<>();
    private final EventCodec codec;
    private final History history;
    private final EventSettings settings;
    private final BackgroundTasks reads;
    private volatile boolean closed;

    /** Takes a scheduler (the caller's own) whose threads mustn't be blocked. */
    public Events(Store store, JsonMapper mapper, EventSettings settings, Clock clock, Scheduler scheduler) {
        this.codec = new EventCodec(mapper, clock);
        this.history = new History(store, codec, scheduler);
        this.settings = settings;
        this.reads = new BackgroundTasks("Reads of events", Integer.MAX_VALUE, scheduler);
    }

    /**
     * What appends an event to its stream, for the commit that makes it true.
     *
     * @param type of {@code [a-z0-9_.-]}
     * @param data its fields beside {@code type}, {@code seq}, {@code time} and {@code version}; in all at most {@link
     *     #CONTENT_MAX} bytes of JSON
     */
    public Change.Append event(String stream, String type, Map<String, ?> data) {
        return new Change.Append(log(stream), List.of(codec.content(type, data)), settings.keep());
    }

    /** What removes a stream with its whole history; {@link #committed} is to be called after this, too. */
    public Change drop(String stream) {
        return new Change.Drop(log(stream));
    }

    /** Says that a commit with an event of this stream has answered. May be called for nothing; never waits or fails. */
    public void committed(String stream) {
        HotStream followed = hot.get(stream);
        if (followed != null) followed.wake();
    }

    /**
     * Follows a stream: {@link SseFrame#OPEN} when it is certain that it can be followed, then each event behind {@code
     * after} once and in order, what there is and what comes, a {@link SseFrame#GAP} in place of events that are not kept
     * any more. Completes behind an event whose type is terminal (at once, without a frame, when that is the one that was
     * seen last), and at shutdown; the caller tells them apart by the last type.
     *
     * <p>Lazy. Takes no more events than requested; holds at most a page of them. Cancelling removes the reader. Fails
     * with {@link EventException.TooManyReaders}, {@link EventException.BeyondEnd} when there is no event {@code after},
     * {@link EventException.Closed} at shutdown before the first frame, and with the store's exceptions.
     *
     * @param after the last event that was seen, 0 for none
     */
    public Flux<SseFrame> follow(String stream, long after, Predicate<String> terminal) {
        if (after < 0) throw new IllegalArgumentException("after must not be negative: " + after);
        return new EventFlux(this, stream, after, terminal);
    }

    /** Completes all readers; who comes later is refused. May be called again. */
    @Override
    public void close() {
        closed = true;
        hot.values().forEach(stream -> stream.readers().forEach(EventReader::end));
        reads.close();
    }

    /** How many streams have readers. */
    public int followed() {
        return hot.size();
    }

    void join(String name, long after, Predicate<String> terminal, CoreSubscriber<? super SseFrame> actual) {
        @Nullable EventReader[] joined = new EventReader[1];
        hot.compute(name, (key, found) -> {
            HotStream stream = found == null ? new HotStream(name, history, settings, reads, this::abandon) : found;
            EventReader reader = new EventReader(this, stream, name, after, terminal, actual);
            if (stream.add(reader)) joined[0] = reader;
            return stream;
        });
        EventReader reader = joined[0];
        if (reader == null) {
            Operators.error(actual, new EventException.TooManyReaders(settings.readers()));
            return;
        }
        if (closed) reader.end();
        reader.begin();
    }

    void leave(EventReader reader) {
        hot.computeIfPresent(reader.name(), (key, stream) -> {
            if (!stream.remove(reader)) return stream;
            stream.stop();
            return null;
        });
    }

    /** The next one who comes begins anew. */
    private void abandon(HotStream stream, @Nullable Throwable error) {
        hot.values().remove(stream);
        for (EventReader reader : stream.readers()) {
            if (error == null) reader.end();
            else reader.fail(error);
        }
    }

    static String log(String stream) {
        return "events/" + stream;
    }

    /** For tests and figures: how many events were made into frames so far. */
    long encoded() {
        return codec.encoded();
    }
}

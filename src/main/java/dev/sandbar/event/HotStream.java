package dev.sandbar.event;

import dev.sandbar.async.BackgroundTasks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A stream that somebody follows. Who that is, is changed by {@link Events} alone, one call at a time. */
final class HotStream {

    private static final EventReader[] NONE = {};

    private final FrameRing ring;
    private final Loader loader;
    private final Pages pages;
    private final int mostReaders;
    private volatile EventReader[] readers = NONE;

    HotStream(
            String name,
            History history,
            EventSettings settings,
            BackgroundTasks tasks,
            BiConsumer<HotStream, @Nullable Throwable> failed) {
        this.ring = new FrameRing(settings.recent(), settings.recentBytes());
        this.loader = new Loader(name, history, ring, tasks, this::wakeReaders, error -> failed.accept(this, error));
        this.pages = new Pages(name, history, tasks);
        this.mostReaders = settings.readers();
    }

    /** False when there are too many. */
    boolean add(EventReader reader) {
        if (readers.length == mostReaders) return false;
        EventReader[] all = Arrays.copyOf(readers, readers.length + 1);
        all[readers.length] = reader;
        readers = all;
        return true;
    }

    /** True when nobody is left. */
    boolean remove(EventReader reader) {
        List<EventReader> left = new ArrayList<>(Arrays.asList(readers));
        if (left.remove(reader)) readers = left.toArray(NONE);
        return left.isEmpty();
    }

    List<EventReader> readers() {
        return List.of(readers);
    }

    FrameRing ring() {
        return ring;
    }

    void wake() {
        loader.wake();
    }

    /** When this one is done, it is known whether there is such an event; 0 when it is known already. */
    long ticketFor(long after) {
        return loader.done() > 0 && after <= ring.last() ? 0 : loader.wake();
    }

    boolean isDone(long ticket) {
        return loader.done() > 0 && loader.done() >= ticket;
    }

    void ask(EventReader reader, long after) {
        pages.ask(reader, after);
    }

    void stop() {
        loader.stop();
    }

    private void wakeReaders() {
        for (EventReader reader : readers) reader.drain();
    }
}

package dev.sandbar.event;

import dev.sandbar.store.Change.Retention;

/**
 * Bounds of event streams.
 *
 * @param keep how much of each stream's history is kept
 * @param readers how many may follow one stream at once
 * @param recent how many of a followed stream's newest events are held in memory for all of its readers
 * @param recentBytes the same in bytes
 */
public record EventSettings(Retention keep, int readers, int recent, long recentBytes) {

    public static final EventSettings DEFAULT =
            new EventSettings(new Retention(10_000, 8 * 1024 * 1024), 1_000, 256, 256 * 1024);

    public EventSettings {
        if (readers < 1 || recent < 1) throw new IllegalArgumentException("there must be room for one");
    }
}

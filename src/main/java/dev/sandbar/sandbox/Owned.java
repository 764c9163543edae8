package dev.sandbar.sandbox;

import dev.sandbar.async.BackgroundTasks;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;

/** Work that nobody watches. */
final class Owned {

    private Owned() {}

    /** Begins the work now; false when there is no room for it, and it will never be begun. */
    static boolean begin(BackgroundTasks tasks, String what, Mono<?> work) {
        AtomicBoolean begun = new AtomicBoolean();
        tasks.start(what, work.doOnSubscribe(subscription -> begun.set(true)));
        return begun.get();
    }
}

package dev.sandbar.session;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.sandbox.Sandboxes;
import java.time.Clock;
import java.time.Instant;

/** What everything here works with. */
record Parts(
        Sandboxes sandboxes,
        HardwareCatalogue hardware,
        Entries entries,
        Changes changes,
        Ids ids,
        BackgroundTasks tasks,
        Clock clock,
        SessionSettings settings) {

    Instant now() {
        return clock.instant();
    }
}

package dev.sandbar.sandbox;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.runtime.SandboxRuntime;
import java.time.Clock;

/** What everything here works with. */
record Parts(
        SandboxRuntime runtime,
        Records records,
        Entries entries,
        Ended ended,
        Changes changes,
        Listeners listeners,
        BackgroundTasks tasks,
        Clock clock,
        SandboxSettings settings) {}

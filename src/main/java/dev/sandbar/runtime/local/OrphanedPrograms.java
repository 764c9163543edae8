package dev.sandbar.runtime.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Launchers and removers on the host that an earlier run of this instance began and did not live to see end. They go
 * before anything else is looked at, so that nothing is made or removed behind the back of this run.
 */
final class OrphanedPrograms {

    private static final Duration WITHIN = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = Duration.ofMillis(2).toNanos();

    private OrphanedPrograms() {}

    /**
     * Kills them, until none is left that could fork. One that the kernel holds may stay: it won't run a step any more.
     *
     * @param program lies in the instance's run directory, and is run by that name outside of sandboxes only
     */
    static void end(Path proc, Path program) throws IOException {
        long deadline = System.nanoTime() + WITHIN.toNanos();
        List<Living> left;
        do {
            left = Living.with(proc, line -> line.startsWith(program + "\0"));
            for (Living each : left) {
                CgroupFiles.kill(each.pid());
            }
            if (!left.isEmpty()) LockSupport.parkNanos(PAUSE_NANOS);
        } while (!left.isEmpty() && System.nanoTime() < deadline);
    }
}

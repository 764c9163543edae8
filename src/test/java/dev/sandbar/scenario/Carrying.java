package dev.sandbar.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Files on their way from one sandbox to another, held up there by stopping who unpacks them.
 *
 * @param to the new sandbox
 */
record Carrying(House house, String to) {

    static final long LARGE = 128L << 20;
    static final String MAKE_FILES = "echo mine > ~/words; head -c " + LARGE + " /dev/zero > ~/large";

    /** Waits until it is under way in this session, and stops it. */
    static Carrying stopped(House house, String session) {
        String next = Awaitility.await()
                .atMost(House.LIMIT)
                .pollInterval(5, TimeUnit.MILLISECONDS)
                .until(
                        () -> house.api()
                                .sandbox(session)
                                .path("next")
                                .path("sandboxID")
                                .asString(""),
                        id -> !id.isEmpty());
        List<Long> unpacking = Awaitility.await()
                .atMost(House.LIMIT)
                .pollInterval(5, TimeUnit.MILLISECONDS)
                .until(() -> house.processes(next, "tar"), found -> !found.isEmpty());
        unpacking.forEach(pid -> signal("STOP", pid));
        return new Carrying(house, next);
    }

    /** Kills its agent: the sandbox is gone. */
    void killSandbox() {
        house.processes(to, "agent").forEach(pid -> signal("KILL", pid));
    }

    private static void signal(String name, long pid) {
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(pid))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

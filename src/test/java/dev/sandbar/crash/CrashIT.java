package dev.sandbar.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of the crash run. */
class CrashIT {

    @Test
    void whatWasAcknowledgedOutlivesKilledServices(@TempDir Path directory) throws Exception {
        assertThat(Crash.run(4, directory, System.nanoTime()))
                .as("see what it printed")
                .isTrue();
    }
}

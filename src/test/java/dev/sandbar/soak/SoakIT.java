package dev.sandbar.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of the soak. */
@Tag("alone")
class SoakIT {

    @Test
    void nothingIsLeftOfSandboxesThatWereUsedCancelledAndEnded(@TempDir Path directory) throws IOException {
        assertThat(Soak.run(150, directory)).as("see what it printed").isTrue();
    }
}

package dev.sandbar.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of the fuzz. */
class FuzzIT {

    @Test
    void damagedRequestsAreAnsweredAndHarmNobody(@TempDir Path directory) throws IOException, InterruptedException {
        assertThat(Fuzz.run(2000, 20261101, directory))
                .as("see what it printed")
                .isTrue();
    }
}

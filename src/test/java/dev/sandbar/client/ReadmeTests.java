package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTests {

    @Test
    void theReadmesJavaCompiles(@TempDir Path directory) throws IOException {
        assertThat(ReadmeSnippet.compile(directory)).isEmpty();
    }
}

package dev.sandbar.runtime.local;

import static dev.sandbar.runtime.local.LocalHarness.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.gate.Needs;
import dev.sandbar.runtime.RuntimeUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Launches where bubblewrap can't write a byte, on a file system of its own that only root can mount. */
@Tag("alone")
class FullDiskIT {

    /** Less than the launcher would wait for an agent that says nothing. */
    private static final Duration AT_ONCE = Duration.ofSeconds(8);

    private final Path place =
            Path.of("/var/tmp/sandbar-full-" + ProcessHandle.current().pid());

    @BeforeEach
    void mount() throws Exception {
        Needs.MOUNTS.orSkip(Host.uid() == 0);
        Files.createDirectory(place);
        run("mount", "-t", "tmpfs", "-o", "size=4m", "sandbar-test", place.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        if (Host.uid() != 0) return;
        run("umount", place.toString());
        Files.delete(place);
    }

    @Test
    void aLaunchFailsAtOnceAndTellsNoPath() throws Exception {
        String instance = "full" + ProcessHandle.current().pid();
        try (LocalHarness local =
                new LocalHarness(new LocalSettings(instance, place.resolve("run"), place.resolve("ids")))) {
            Path filler = fill(place.resolve("filler"));
            Instant begin = Instant.now();
            StepVerifier.create(local.runtime.start(LocalHarness.spec("a")))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(RuntimeUnavailableException.class)
                            .hasMessageContaining("its disk is full")
                            .hasMessageNotContaining(place.toString()))
                    .verify(LONG);
            assertThat(Duration.between(begin, Instant.now())).isLessThan(AT_ONCE);
            assertThat(local.left("a")).isEmpty();
            Files.delete(filler);
            assertThat(local.start("b")).isNotNull();
            local.runtime.destroy("b").block(LONG);
        }
    }

    private static Path fill(Path file) {
        byte[] block = new byte[4096];
        try (var out = Files.newOutputStream(file)) {
            for (; ; ) out.write(block);
        } catch (IOException full) {
            return file;
        }
    }

    private static void run(String... command) throws IOException {
        List<String> line = List.of(command);
        Programs.Result result = Programs.run(
                List.of("/usr/bin/env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "sh", "-c", String.join(" ", line)),
                LONG);
        assertThat(result.exitCode()).as(result.errors()).isZero();
    }
}

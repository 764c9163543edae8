package dev.sandbar.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.SandboxSpec.Limits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Sandboxes of the local runtime, started and ended for real. */
class LocalSandboxesIT {

    static final Limits LIMITS = new Limits(2, 512, 64, 128);

    @Test
    void nothingIsLeftAfterTheEnd() throws Exception {
        Path base = Path.of("/var/lib/sandbar-test");
        LocalSettings settings =
                new LocalSettings("it" + ProcessHandle.current().pid(), base.resolve("run"), base.resolve("ids"));
        LocalHost host = LocalHost.open(settings);
        System.err.println(host.capabilities());
        long[] up = new long[60], down = new long[60];
        for (int i = 0; i < 60; i++) {
            long t = System.nanoTime();
            host.sandboxes().launch(host.sandboxes().add("s" + i), LIMITS);
            up[i] = System.nanoTime() - t;
            assertThat(host.run().socket("s" + i)).exists();
            t = System.nanoTime();
            host.sandboxes().destroy("s" + i);
            down[i] = System.nanoTime() - t;
            assertThat(host.run().sandbox("s" + i)).doesNotExist();
        }
        Arrays.sort(up);
        Arrays.sort(down);
        System.err.println("up median us " + up[30] / 1000 + " p95 " + up[57] / 1000 + " down " + down[30] / 1000
                + " p95 " + down[57] / 1000);
        assertThat(host.sandboxes().strangers()).isEmpty();
        try (java.util.stream.Stream<Path> slots = Files.list(settings.idDirectory())) {
            assertThat(slots).isEmpty();
        }
    }
}

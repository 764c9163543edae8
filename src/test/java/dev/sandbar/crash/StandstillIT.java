package dev.sandbar.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.e2e.ServiceProcess;
import dev.sandbar.soak.SoakClient;
import dev.sandbar.soak.SoakClient.Handle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that stands still, as by a debugger, on a suspended machine, or with much too much to do. */
class StandstillIT {

    private static final String KEY = "e2b_" + "8d".repeat(20);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Seconds; agents are asked every other second and have twenty to answer. */
    private static final int STILL = 30;

    /** Seconds in which limits that counted what stood still would be over. */
    private static final int AFTER = 5;

    @TempDir
    Path directory;

    @Test
    void serviceThatStoodStillForLongerThanItsLimitsEndsNoSandbox() throws Exception {
        Map<String, String> settings = Map.of("SANDBAR_API_KEY", KEY);
        try (ServiceProcess service = new ServiceProcess(directory, settings, ServiceProcess.BRIEF)) {
            SoakClient client = new SoakClient(service.address(), KEY);
            Handle sandbox = Objects.requireNonNull(client.create().block(LIMIT));
            assertPrints(client, sandbox, "sleep 1000 & echo $! > sleeper; echo begun", "begun\n");
            signal("STOP", service);
            TimeUnit.SECONDS.sleep(STILL);
            signal("CONT", service);
            assertPrints(client, sandbox, "kill -0 $(cat sleeper) && echo there", "there\n");
            TimeUnit.SECONDS.sleep(AFTER);
            assertPrints(client, sandbox, "kill $(cat sleeper) && echo still there", "still there\n");
            assertThat(client.kill(sandbox.id()).block(LIMIT)).isTrue();
            assertThat(service.output()).doesNotContain(" WARN ", " ERROR ");
        }
    }

    private static void assertPrints(SoakClient client, Handle sandbox, String line, String output) {
        byte[] stream = Objects.requireNonNull(client.run(sandbox, line).block(LIMIT));
        assertThat(SoakClient.succeeded(stream, output)).isTrue();
    }

    private static void signal(String name, ServiceProcess service) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(service.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }
}

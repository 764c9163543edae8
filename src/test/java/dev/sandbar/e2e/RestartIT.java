package dev.sandbar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.soak.Leftovers;
import dev.sandbar.soak.SoakClient;
import dev.sandbar.soak.SoakClient.Handle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of sandboxes when their service ends. */
class RestartIT {

    private static final String KEY = "e2b_1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void sandboxesAreSparedByTheServicesEndAndEndedByItsNextStart() throws IOException {
        Handle stopped = runUntil(ServiceProcess::close);
        assertThat(living(stopped)).as("after a normal stop").isNotEmpty();

        Handle crashed = runUntil(service -> {
            Awaitility.await().atMost(LIMIT).until(() -> living(stopped).isEmpty());
            ProcessHandle.of(service.pid()).orElseThrow().destroyForcibly();
            service.close();
        });
        assertThat(living(crashed)).as("after kill -9").isNotEmpty();

        try (ServiceProcess service = start()) {
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> Leftovers.of(instance()).none());
            assertThat(client(service).list().block(LIMIT)).isEmpty();
        }
    }

    private Handle runUntil(Consumer<ServiceProcess> end) throws IOException {
        ServiceProcess service = start();
        try {
            Handle sandbox = Objects.requireNonNull(client(service).create().block(LIMIT));
            assertThat(living(sandbox)).isNotEmpty();
            end.accept(service);
            return sandbox;
        } finally {
            service.close();
        }
    }

    private ServiceProcess start() throws IOException {
        return new ServiceProcess(directory, Map.of("SANDBAR_API_KEY", KEY), ServiceProcess.SMALL);
    }

    private static SoakClient client(ServiceProcess service) {
        return new SoakClient(service.address(), KEY);
    }

    private String instance() throws IOException {
        return Files.readString(directory.resolve("data/instance")).strip();
    }

    /** The command lines of the sandbox's agent and of what holds it. */
    private static List<String> living(Handle sandbox) {
        return ProcessHandle.allProcesses()
                .map(process -> String.join(" ", process.info().arguments().orElse(new String[0])))
                .filter(line -> line.contains("/" + sandbox.id()))
                .toList();
    }
}

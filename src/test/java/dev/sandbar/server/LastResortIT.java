package dev.sandbar.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that can't go on ends, whoever started it and however: it doesn't hold its port and answer nothing. */
class LastResortIT {

    private static final Map<String, String> REASONS = Map.of(
            "heap", "its heap is full|it has no memory left|it can't be watched",
            "thread", "it has no memory left",
            "worker", "it has no memory left",
            "loops", "an event loop has died");

    @TempDir
    Path directory;

    @Test
    void serviceWithoutMemoryOrEventLoopsEndsByItself() throws Exception {
        Map<String, Process> services = new LinkedHashMap<>();
        try {
            for (String lack : REASONS.keySet()) services.put(lack, start(lack));
            for (Map.Entry<String, Process> service : services.entrySet()) {
                assertEnds(service.getKey(), service.getValue());
            }
        } finally {
            services.values().forEach(Process::destroyForcibly);
        }
    }

    private void assertEnds(String lack, Process service) throws Exception {
        assertThat(service.waitFor(3, TimeUnit.MINUTES)).as(lack).isTrue();
        String said = Files.readString(log(lack));
        assertThat(said).contains("Sandbar is ready");
        assertThat(said).containsPattern("sandbar: the service ends at once: (" + REASONS.get(lack) + ")");
        assertThat(service.exitValue()).as(said).isEqualTo(LastResort.STATUS);
    }

    private Path log(String lack) {
        return directory.resolve(lack + ".log");
    }

    /** As {@code java} alone does: nothing tells the JVM what to do without memory. */
    private Process start(String lack) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        ProcessBuilder service = new ProcessBuilder(List.of(
                java,
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes,
                Lacking.class.getName(),
                lack));
        service.environment().put("SANDBAR_PORT", "0");
        service.environment().put("SANDBAR_DATA", directory.resolve(lack).toString());
        return service.redirectErrorStream(true)
                .redirectOutput(log(lack).toFile())
                .start();
    }
}

package dev.sandbar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The unmodified npm package {@code e2b}, shorter in older versions, other clients of E2B's, an MCP client, plain HTTP, and
 * pages in a browser against the running service.
 */
@Tag("alone")
class E2bClientIT {

    private static final Path SUITE = Path.of("src", "test", "e2e");
    private static final String KEY = "e2b_" + "1a".repeat(20);
    private static final String OTHER_KEY = "e2b_" + "2b".repeat(20);
    private static final int PAGE_HIDE_WAIT = 3000;

    @Test
    void unmodifiedSdksAndPlainHttpAreServed(@TempDir Path directory) throws Exception {
        assertThat(SUITE.resolve("node_modules"))
                .as("the suite's packages; make test installs them, or npm ci in %s", SUITE)
                .isDirectory();
        Map<String, String> settings = Map.of(
                "SANDBAR_API_KEY",
                KEY,
                "SANDBAR_APIKEYS_OTHER",
                OTHER_KEY,
                "SERVER_HTTP2_ENABLED",
                "true",
                "SANDBAR_SESSIONS_PAGEHIDEWAIT",
                PAGE_HIDE_WAIT + "ms");
        try (ServiceProcess service = new ServiceProcess(directory, settings, ServiceProcess.BRIEF)) {
            Path report = Path.of("target", "e2e-suite.log");
            Process suite = startSuite(service, report);
            boolean ended = suite.waitFor(10, TimeUnit.MINUTES);
            suite.destroyForcibly();
            assertThat(ended && suite.exitValue() == 0)
                    .as("the suite passes; it said:%n%s%nand the service:%n%s", read(report), service.output())
                    .isTrue();
            assertThat(service.output()).doesNotContain("LEAK:", "\tat ", " ERROR ");
        }
    }

    private static Process startSuite(ServiceProcess service, Path report) throws IOException {
        List<String> command =
                List.of(System.getProperty("node", "node"), "--test", "--test-concurrency=3", "--test-timeout=180000");
        ProcessBuilder builder = new ProcessBuilder(command).directory(SUITE.toFile());
        String address = service.address().toString();
        builder.environment()
                .putAll(Map.of(
                        "E2B_API_URL", address,
                        "E2B_SANDBOX_URL", address,
                        "E2B_API_KEY", KEY,
                        "E2B_OTHER_API_KEY", OTHER_KEY,
                        "PAGE_HIDE_WAIT", String.valueOf(PAGE_HIDE_WAIT)));
        return builder.redirectErrorStream(true).redirectOutput(report.toFile()).start();
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file);
    }
}

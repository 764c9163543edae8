package dev.sandbar.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The npm MCP client, in one of the programs of {@code src/test/e2e/scenario}. */
final class McpProcess implements AutoCloseable {

    private static final Path SUITE = Path.of("src", "test", "e2e");

    private final Process process;
    private final BufferedReader said;
    private final PrintStream told;

    /**
     * @param program such as {@code through-crash.mjs}
     */
    McpProcess(String program, String key) {
        ProcessBuilder builder = new ProcessBuilder(List.of(System.getProperty("node", "node"), "scenario/" + program))
                .directory(SUITE.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("E2B_API_KEY", key);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        said = process.inputReader(StandardCharsets.UTF_8);
        told = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Where the session's tools are now. */
    void goTo(URI service, String session) {
        told.println(service.resolve("/sessions/" + session + "/mcp"));
    }

    /** What it says next; null when it has ended. */
    @Nullable String next() {
        try {
            return said.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

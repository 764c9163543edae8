package dev.sandbar.e2e;

import dev.sandbar.gate.Coverage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The runnable jar, started with a data directory of its own on a free port; ready when the constructor returns. */
public final class ServiceProcess implements AutoCloseable {

    /** Options as {@code make run} gives them. */
    public static final List<String> SMALL = List.of("-Xmx512m", "-XX:+UseSerialGC");

    /** The same for a service that is there for a short while: half of the work of its start is left out. */
    public static final List<String> BRIEF = List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+(?=\\s)");

    private final Process process;
    private final Path log;
    private final URI address;

    public ServiceProcess(Path directory, Map<String, String> settings, List<String> options) throws IOException {
        log = directory.resolve("service.log");
        process = launch(directory, settings, options);
        address = awaitAddress();
    }

    /** Starts it and waits for nothing. */
    public static Process launch(Path directory, Map<String, String> settings, List<String> options)
            throws IOException {
        return launch(directory, settings, options, List.of());
    }

    /** As the other, by a command that starts it. */
    public static Process launch(
            Path directory, Map<String, String> settings, List<String> options, List<String> starter)
            throws IOException {
        List<String> command = new ArrayList<>(starter);
        command.add(java());
        command.addAll(options);
        command.addAll(Coverage.options());
        command.addAll(List.of("-jar", jar()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(settings);
        builder.environment().put("SANDBAR_PORT", "0");
        builder.environment().put("SANDBAR_DATA", directory.resolve("data").toString());
        return builder.redirectErrorStream(true)
                .redirectOutput(directory.resolve("service.log").toFile())
                .start();
    }

    public URI address() {
        return address;
    }

    /** The service's own process. */
    public long pid() {
        return process.pid();
    }

    /** Everything that the service has printed so far. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** Asks the service to end, as Ctrl-C does, and waits for its end. */
    public void stop() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("The service did not end within 20 s:\n" + output());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private URI awaitAddress() {
        try {
            return URI.create(
                    Awaitility.await().atMost(START_LIMIT).until(this::printedAddress, found -> !found.isEmpty()));
        } catch (RuntimeException e) {
            process.destroyForcibly();
            throw new IllegalStateException("The service did not become ready:\n" + output(), e);
        }
    }

    private String printedAddress() {
        Matcher printed = ADDRESS.matcher(output());
        if (printed.find()) {
            return printed.group();
        }
        if (!process.isAlive()) {
            throw new IllegalStateException("The service ended with status " + process.exitValue());
        }
        return "";
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String jar() {
        String jar = System.getProperty("sandbar.jar", "");
        if (!Files.isRegularFile(Path.of(jar))) {
            throw new IllegalStateException("There is no runnable jar at '" + jar + "' (property sandbar.jar)");
        }
        return LaidOutJar.of(Path.of(jar), java()).toString();
    }
}

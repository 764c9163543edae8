package dev.sandbar.store.sqlite;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A second JVM that runs a main class of these tests; ends with this object. */
public final class Child implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    public Child(Class<?> main, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Waits for its next line. */
    public String line() throws IOException {
        String line = output.readLine();
        if (line == null) throw new IOException("the child has ended");
        return line;
    }

    /** Waits for the rest of its output: whole lines only. */
    public List<String> rest() throws IOException {
        StringBuilder text = new StringBuilder();
        char[] some = new char[8192];
        for (int count = output.read(some); count >= 0; count = output.read(some)) {
            text.append(some, 0, count);
        }
        return text.substring(0, text.lastIndexOf("\n") + 1).lines().toList();
    }

    /** By kill -9; what it has written can still be read. */
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        try {
            process.waitFor();
            output.close();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}

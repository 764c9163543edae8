package dev.sandbar.runtime.local;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Runs short programs with nothing of this process's environment, no input, and a deadline. Blocks. */
final class Programs {

    private static final int OUTPUT_MAX = 8192;

    private Programs() {}

    /** What a program left: its outputs are cut at 8 KiB. */
    record Result(int exitCode, String output, String errors) {}

    static Result run(List<String> command, Duration deadline) throws IOException {
        return run(command, deadline, process -> {});
    }

    /**
     * Waits in the calling thread: the JDK keeps one for each child anyway, so an asynchronous wait would save none.
     *
     * @param started given the process as soon as it runs, so that others can end it
     */
    static Result run(List<String> command, Duration deadline, Consumer<Process> started) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(new File("/")).redirectInput(new File("/dev/null"));
        builder.environment().clear();
        Process process = builder.start();
        try {
            started.accept(process);
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(command.get(0) + " did not end within " + deadline.toSeconds() + " s");
            }
            return new Result(process.exitValue(), text(process.getInputStream()), text(process.getErrorStream()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("stopped").initCause(stopped);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(InputStream stream) throws IOException {
        return new String(stream.readNBytes(OUTPUT_MAX), StandardCharsets.UTF_8).strip();
    }
}

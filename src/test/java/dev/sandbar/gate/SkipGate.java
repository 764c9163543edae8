package dev.sandbar.gate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Writes what was skipped to the file named by {@code sandbar.skipped}, and what may not be skipped on this machine also
 * to the one named by {@code sandbar.forbidden}, for which the build looks. Without these names it does nothing.
 */
public final class SkipGate implements TestExecutionListener {

    private final String skipped = System.getProperty("sandbar.skipped", "");
    private final String forbidden = System.getProperty("sandbar.forbidden", "");

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        note(test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() != Status.ABORTED) return;
        note(
                test,
                result.getThrowable()
                        .map(Throwable::getMessage)
                        .orElse("for no reason")
                        .replace('\n', ' '));
    }

    private void note(TestIdentifier test, String reason) {
        if (skipped.isEmpty()) return;
        try {
            boolean allowed = Skips.ofThisMachine().allow(reason);
            String line = name(test) + ": " + reason + (allowed ? "" : ", which is not allowed here");
            append(skipped, line);
            if (!allowed) append(forbidden, line);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String name(TestIdentifier test) {
        return test.getUniqueIdObject().getSegments().stream()
                .skip(1)
                .map(UniqueId.Segment::getValue)
                .reduce((outer, inner) -> outer + " " + inner)
                .orElse(test.getDisplayName());
    }

    private static void append(String file, String line) throws IOException {
        Files.writeString(
                Path.of(file), line + System.lineSeparator(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}

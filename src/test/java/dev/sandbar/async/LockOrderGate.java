package dev.sandbar.async;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Prints at the end of a test run which locks were taken in a cyclic order, and writes them to the file named by
 * {@code sandbar.locks}, for which the build looks: the run fails also where the error itself was swallowed.
 */
public final class LockOrderGate implements LauncherSessionListener {

    private final Path report;
    private final LockOrder order;

    /** For the test run. */
    public LockOrderGate() {
        this(Path.of(System.getProperty("sandbar.locks", "target/locks.txt")), LockOrder.OF_ALL);
    }

    LockOrderGate(Path report, LockOrder order) {
        this.report = report;
        this.order = order;
    }

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        try {
            Files.deleteIfExists(report);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        write();
    }

    void write() {
        List<String> problems = order.problems();
        if (problems.isEmpty()) return;
        problems.forEach(System.err::println);
        try {
            Files.write(report, problems);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

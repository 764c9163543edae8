package dev.sandbar.gate;

import io.netty.util.ResourceLeakDetectorFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Collects Netty's leak reports of a whole test run, prints them at its end, and writes them to the
 * file named by {@code sandbar.leaks}.
 *
 * <p>A listener can't fail a test run, so the build looks for that file afterwards. A leak is only seen when the lost
 * buffer has been collected: at the end a collection is forced and each detector asked once more. Mutation tests, which
 * run each test as a session of its own, name no file: nothing is looked for then.
 */
public final class LeakGate implements LauncherSessionListener {

    private static final String FILE = System.getProperty("sandbar.leaks", "target/leaks.txt");
    private static final Path REPORT = Path.of(FILE);

    private final RecordingLeakDetectors detectors = new RecordingLeakDetectors();

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (FILE.isEmpty()) return;
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(detectors);
        try {
            Files.deleteIfExists(REPORT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        if (FILE.isEmpty()) return;
        List<String> leaks = detectors.collect();
        if (leaks.isEmpty()) return;
        leaks.forEach(System.err::println);
        try {
            Files.write(REPORT, leaks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.sandbar.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.springframework.util.FileSystemUtils;

/**
 * The runnable jar, laid out once for each build, as {@code make run} does it: a service starts sooner from that. Its own
 * date is the same for all builds; that of the plain jar beside it tells them apart.
 */
final class LaidOutJar {

    private LaidOutJar() {}

    /** Several JVMs may want it at once; the first one that is done lays it out for all. */
    static Path of(Path jar, String java) {
        try {
            Path plain = jar.resolveSibling(jar.getFileName().toString().replace("-exec.jar", ".jar"));
            Path layout = jar.resolveSibling(
                    "laid-out-" + Files.getLastModifiedTime(plain).toMillis());
            if (!Files.isDirectory(layout)) layOut(jar, java, layout);
            return layout.resolve(jar.getFileName());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void layOut(Path jar, String java, Path layout) throws IOException {
        Path fresh = Files.createTempDirectory(jar.toAbsolutePath().getParent(), "laying-out");
        Process extraction = new ProcessBuilder(
                        java,
                        "-Djarmode=tools",
                        "-jar",
                        jar.toString(),
                        "extract",
                        "--force",
                        "--destination",
                        fresh.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        int status = extraction.onExit().join().exitValue();
        if (status != 0) throw new IOException("laying out " + jar + " ended with status " + status);
        try {
            Files.move(fresh, layout, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException another) {
            FileSystemUtils.deleteRecursively(fresh);
            if (!Files.isDirectory(layout)) throw another;
        }
    }
}

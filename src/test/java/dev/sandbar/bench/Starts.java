package dev.sandbar.bench;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** From {@code make run}, with nothing left to build, to the first answer. */
final class Starts {

    private static final long LIMIT_SECONDS = 180;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Path directory;
    private final boolean brief;

    Starts(Path directory, boolean brief) {
        this.directory = directory;
        this.brief = brief;
    }

    Row measure() throws IOException, InterruptedException {
        start(0, new Samples()); // lays out the jar and makes the archive
        Samples times = new Samples();
        for (int i = 1; i <= (brief ? 3 : 9); i++) {
            start(i, times);
        }
        return Row.note("make run, to the first answer", Row.millis(times), "");
    }

    private void start(int number, Samples times) throws IOException, InterruptedException {
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder("src/main/sh/run.sh").redirectErrorStream(true);
        Path log = directory.resolve("start" + number + ".log");
        builder.redirectOutput(log.toFile());
        builder.environment().put("SANDBAR_PORT", Integer.toString(port));
        builder.environment()
                .put("SANDBAR_DATA", directory.resolve("start" + number).toString());
        builder.environment().remove("JAVA_OPTS");
        long start = System.nanoTime();
        Process process = builder.start();
        try {
            awaitAnswer(URI.create("http://127.0.0.1:" + port), process, log, start);
            times.addMillisSince(start);
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static void awaitAnswer(URI address, Process process, Path log, long start) throws IOException {
        while (true) {
            try (Api api = new Api(address, "")) {
                api.health();
                return;
            } catch (ConnectException notYet) {
                long waited = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
                if (!process.isAlive() || waited > LIMIT_SECONDS) {
                    throw new IOException("The service did not start:\n" + Files.readString(log), notYet);
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}

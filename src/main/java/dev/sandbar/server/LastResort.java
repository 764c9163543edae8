package dev.sandbar.server;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;

/** Ends a process that can't go on, at once: what an orderly end needs, such as memory, it may lack. */
final class LastResort {

    private static final Logger log = LoggerFactory.getLogger(LastResort.class);

    /** The same as of {@code -XX:+ExitOnOutOfMemoryError}. */
    static final int STATUS = 3;

    private static final FileOutputStream ERROR = new FileOutputStream(FileDescriptor.err);

    private LastResort() {}

    /** Lets a lack of memory that no thread lives through end the process, also where the JVM isn't told to do so. */
    static void install() {
        Thread.setDefaultUncaughtExceptionHandler(LastResort::uncaught);
        Schedulers.onHandleError("sandbar.memory", (thread, error) -> check(error));
    }

    private static void uncaught(Thread thread, Throwable error) {
        check(error);
        log.error("The thread {} has ended by an error", thread.getName(), error);
    }

    private static void check(Throwable error) {
        if (error instanceof OutOfMemoryError) end("it has no memory left: give it more (-Xmx)");
    }

    /** Doesn't return. Says why, in ASCII, without taking memory for that; of several threads only the first says it. */
    static synchronized void end(String reason) {
        try {
            write("sandbar: the service ends at once: ");
            write(reason);
            write("\n");
        } catch (IOException closed) {
            // nobody can be told
        } finally {
            Runtime.getRuntime().halt(STATUS);
        }
    }

    private static void write(String text) throws IOException {
        for (int i = 0; i < text.length(); i++) ERROR.write(text.charAt(i));
    }
}

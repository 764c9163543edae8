package dev.sandbar.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;

/** Ends a process that can't go on, at once: what an orderly end needs, such as memory, it may lack. */
final class LastResort {

    private static final Logger log = LoggerFactory.getLogger(LastResort.class);

    /** The same as of {@code -XX:+ExitOnOutOfMemoryError}. */
    static final int STATUS = 3;

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

    /** Doesn't return. */
    static void end(String reason) {
        try {
            System.err.println("sandbar: the service ends at once: " + reason);
        } finally {
            Runtime.getRuntime().halt(STATUS);
        }
    }
}

package dev.sandbar.async;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.Context;

/**
 * Errors that come when nobody waits for them any more. Reactor logs each as a failure of its own; those that are answers to
 * whoever had waited are none.
 */
public final class LateErrors {

    private static final Logger log = LoggerFactory.getLogger(LateErrors.class);

    /** Reactor's name for what takes errors that come too late, in the context of one subscription. */
    private static final String KEY = "reactor.onErrorDropped.local";

    private LateErrors() {}

    /**
     * For {@code contextWrite}: late errors from above it are logged at debug level when the test passes, and else at error
     * level, with their trace.
     */
    public static Function<Context, Context> expect(Predicate<Throwable> expected) {
        Consumer<Throwable> late = error -> note(error, expected);
        return context -> context.put(KEY, late);
    }

    private static void note(Throwable error, Predicate<Throwable> expected) {
        if (expected.test(error)) log.debug("An error came when nobody waited for it any more", error);
        else log.error("An error came when nobody waited for it any more", error);
    }
}

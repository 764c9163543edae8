package dev.sandbar.session;

import java.util.Objects;
import reactor.core.publisher.Mono;

/** The work of a call was cut in its sandbox. */
final class CutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Cut why;

    private CutException(Cut why) {
        super(why.error(), null, false, false);
        this.why = why;
    }

    /** Empty where it wasn't cut. */
    static <T> Mono<T> of(Runs.Run work) {
        return work.cut() == null ? Mono.empty() : Mono.error(new CutException(Objects.requireNonNull(work.cut())));
    }

    Cut why() {
        return why;
    }
}

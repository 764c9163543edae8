package dev.sandbar.web.http;

import java.util.Arrays;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Bodies whose length is told before they are there. What is sent is exactly that: more is left out, and less is an
 * error, upon which the connection is to be cut. Otherwise the rest would be read as the next answer on the connection.
 */
public final class DeclaredLength {

    private DeclaredLength() {}

    /** Declares this length in the answer's head, and holds the body to it. */
    public static Flux<byte[]> declare(HttpHeaders head, long length, Flux<byte[]> body) {
        head.setContentLength(length);
        return keep(length, body);
    }

    /** Exactly the first bytes of a body, so many; ends with {@link Shortfall} where there are fewer. Lazy. */
    public static Flux<byte[]> keep(long length, Flux<byte[]> body) {
        if (length == 0) return Flux.empty();
        return Flux.defer(() -> {
            Rest rest = new Rest(length);
            return body.map(rest::take).takeUntil(bytes -> rest.left == 0).concatWith(Mono.defer(rest::end));
        });
    }

    /** What is read has become shorter than it was said to be. */
    public static final class Shortfall extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Shortfall(long missing) {
            super("it became shorter while it was read: " + missing + " bytes are missing", null, false, false);
        }
    }

    /** For one stream, one thread at a time. */
    private static final class Rest {

        private long left;

        Rest(long length) {
            this.left = length;
        }

        byte[] take(byte[] bytes) {
            int taken = (int) Math.min(left, bytes.length);
            left -= taken;
            return taken == bytes.length ? bytes : Arrays.copyOf(bytes, taken);
        }

        Mono<byte[]> end() {
            return left == 0 ? Mono.empty() : Mono.error(new Shortfall(left));
        }
    }
}

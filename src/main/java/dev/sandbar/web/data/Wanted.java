package dev.sandbar.web.data;

import dev.sandbar.web.http.BodyDigest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.netty.http.server.HttpServerResponse;

/**
 * The digest that a client wants with a download. It is known when the last byte is on its way, so it is sent behind the body,
 * which then has no length in its head.
 *
 * @param field by which it is sent
 */
record Wanted(String field, @Nullable BodyDigest digest) {

    private static final Wanted NOTHING = new Wanted("", null);

    /** That of a whole file is asked for by either name; a part has one of its own bytes only. */
    static Wanted of(HttpHeaders asked, boolean part) {
        BodyDigest content = BodyDigest.wanted(asked, BodyDigest.CONTENT_DIGEST).orElse(null);
        if (content != null) return new Wanted(BodyDigest.CONTENT_DIGEST, content);
        BodyDigest whole =
                part ? null : BodyDigest.wanted(asked, BodyDigest.REPR_DIGEST).orElse(null);
        return whole == null ? NOTHING : new Wanted(BodyDigest.REPR_DIGEST, whole);
    }

    /** Promises it in the head; false where there is nothing to promise, or no server that can send it. */
    boolean trails(ServerHttpResponse response) {
        BodyDigest wanted = digest;
        Object server = ServerHttpResponseDecorator.getNativeResponse(response);
        if (wanted == null || !(server instanceof HttpServerResponse known)) return false;
        response.getHeaders().set(HttpHeaders.TRAILER, field);
        promise(known, wanted);
        return true;
    }

    private void promise(HttpServerResponse server, BodyDigest digested) {
        server.trailerHeaders(trailer -> trailer.set(field, digested.value()));
    }

    Flux<byte[]> digested(Flux<byte[]> bytes) {
        return digest == null ? bytes : bytes.map(digest::add);
    }
}

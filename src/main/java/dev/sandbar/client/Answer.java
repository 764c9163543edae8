package dev.sandbar.client;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.client.ClientResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The head of an answer, and its bytes as they come, which are to be taken.
 *
 * @param name of the call, for errors
 * @param body at most as fast as they are asked for
 * @param trailers what comes behind the body
 */
record Answer(String name, int status, HttpHeaders headers, Flux<byte[]> body, Watch watch, Trailers trailers) {

    /** What is made of an answer. */
    @FunctionalInterface
    interface Reader<T> {
        Flux<T> read(Answer answer);
    }

    static final int NO_CONTENT = 204;

    static Answer of(String name, ClientResponse response, Watch watch, Trailers trailers) {
        Flux<byte[]> body =
                watch.received(response.body(BodyExtractors.toDataBuffers())).map(Bytes::drain);
        HttpHeaders headers = response.headers().asHttpHeaders();
        return new Answer(name, response.statusCode().value(), headers, body, watch, trailers);
    }

    /** A reader that takes the whole body as JSON. */
    static <T> Reader<T> json(Class<T> type, int limit) {
        return answer -> answer.joined(limit)
                .map(json -> Wire.read(json, type, answer.name()))
                .flux();
    }

    /** A reader that takes the body and does nothing with it. */
    static Flux<Void> nothing(Answer answer) {
        return answer.body().thenMany(Flux.empty());
    }

    Mono<byte[]> joined(int limit) {
        return Bytes.join(body, limit, name);
    }

    /** Refuses an answer of another type. */
    void require(MediaType type) {
        MediaType given = type();
        if (given == null || !type.equalsTypeAndSubtype(given)) {
            throw Wire.malformed(name, "it is not of the type " + type);
        }
    }

    private @Nullable MediaType type() {
        try {
            return headers.getContentType();
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    @Nullable String header(String header) {
        return headers.getFirst(header);
    }
}

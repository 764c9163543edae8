package dev.sandbar.web.data;

import dev.sandbar.async.LateErrors;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Bodies;
import dev.sandbar.web.http.SentDigests;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ResolvableType;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.core.io.buffer.PooledDataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.codec.multipart.FilePartEvent;
import org.springframework.http.codec.multipart.PartEvent;
import org.springframework.http.codec.multipart.PartEventHttpMessageReader;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/** Bodies of uploads: unpacked where they are packed, taken apart where they have parts, never kept as a whole. */
final class UploadBodies {

    private static final String FIELD = "file";
    private static final ResolvableType EVENT = ResolvableType.forClass(PartEvent.class);

    private static final DataBufferFactory PLAIN = DefaultDataBufferFactory.sharedInstance;

    private final int fieldLimit;
    private final PartEventHttpMessageReader reader = new PartEventHttpMessageReader();

    /**
     * @param fieldLimit bytes of a part without a file name, which is kept as a whole
     */
    UploadBodies(int fieldLimit) {
        this.fieldLimit = fieldLimit;
        reader.setMaxInMemorySize(fieldLimit);
    }

    /** One part of a body; to be used before the next one comes. */
    record Part(Flux<PartEvent> events) {

        /** Calls with the part's file name and bytes; does nothing for a part that is no file. */
        <T> Flux<T> use(BiFunction<@Nullable String, Flux<DataBuffer>, Mono<T>> call) {
            return events.switchOnFirst((first, all) -> used(first, all, call))
                    .doOnDiscard(PartEvent.class, UploadBodies::release);
        }

        private static <T> Publisher<T> used(
                Signal<? extends PartEvent> first,
                Flux<PartEvent> all,
                BiFunction<@Nullable String, Flux<DataBuffer>, Mono<T>> call) {
            Flux<DataBuffer> content = all.map(PartEvent::content);
            PartEvent head = first.get();
            if (head == null
                    || !FIELD.equals(head.headers().getContentDisposition().getName())) {
                return content.doOnNext(DataBufferUtils::release).thenMany(Flux.empty());
            }
            Flux<DataBuffer> checked = SentDigests.are(head.headers()) ? verified(head.headers(), content) : content;
            return call.apply(head instanceof FilePartEvent file ? file.filename() : null, checked);
        }
    }

    /** One body, compared with the digests in its head. */
    Flux<DataBuffer> raw(ServerRequest request) {
        Flux<DataBuffer> body = request.exchange().getRequest().getBody();
        HttpHeaders head = request.headers().asHttpHeaders();
        return unpacked(head, SentDigests.are(head) ? verified(head, body) : body);
    }

    private static Flux<DataBuffer> verified(HttpHeaders head, Flux<DataBuffer> body) {
        return SentDigests.of(head).verify(body.map(Packing::bytes)).map(PLAIN::wrap);
    }

    private static Flux<DataBuffer> unpacked(HttpHeaders head, Flux<DataBuffer> body) {
        String encoding = head.getFirst("Content-Encoding");
        if (encoding == null || encoding.equalsIgnoreCase("identity")) return body;
        if (encoding.toLowerCase(Locale.ROOT).equals("gzip")) {
            return Packing.gunzip(body, PLAIN);
        }
        throw new ApiException(415, "Content-Encoding must be gzip or identity");
    }

    /**
     * The parts of a form, each compared with the digests in its own head. The parser ends a form that is cut off with an
     * error, also when that form has been refused before.
     */
    Flux<Part> parts(ServerRequest request) {
        if (SentDigests.are(request.headers().asHttpHeaders())) {
            throw ApiException.invalid(
                    "The files of a form are written one by one: send each one's digest in its part's head");
        }
        ServerHttpRequest unpacked =
                new Unpacked(request.exchange().getRequest(), raw(request).map(UploadBodies::plain));
        long length = request.headers().contentLength().orElse(fieldLimit);
        return Bodies.room(request, Math.min(length, fieldLimit))
                .thenMany(reader.read(EVENT, unpacked, Map.of()))
                .onErrorMap(IllegalArgumentException.class, malformed -> malformedPart())
                .windowUntil(PartEvent::isLast, false, 1)
                .map(Part::new)
                .doOnDiscard(PartEvent.class, UploadBodies::release)
                .contextWrite(LateErrors.expect(cutOff -> true));
    }

    /** Spring reads a part's head when it has it, and fails as if that were our doing. */
    private static ApiException malformedPart() {
        return ApiException.invalid("A part of the form has a head that can't be read");
    }

    /** Spring's parser loses count of pooled buffers when it is cancelled while it emits: it gets buffers without. */
    private static DataBuffer plain(DataBuffer buffer) {
        if (!(buffer instanceof PooledDataBuffer)) return buffer;
        DataBuffer copy = PLAIN.allocateBuffer(buffer.readableByteCount()).write(buffer);
        DataBufferUtils.release(buffer);
        return copy;
    }

    private static void release(PartEvent event) {
        DataBufferUtils.release(event.content());
    }

    private static final class Unpacked extends ServerHttpRequestDecorator {

        private final Flux<DataBuffer> body;

        Unpacked(ServerHttpRequest request, Flux<DataBuffer> body) {
            super(request);
            this.body = body;
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return body;
        }
    }
}

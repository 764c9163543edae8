package dev.sandbar.web.connect;

import dev.sandbar.web.http.Cut;
import dev.sandbar.web.http.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/**
 * The answer of a unary call that is one long array: written as it comes, as fast as the client takes it, and never held as a
 * whole.
 *
 * <p>A short one is read to its end before its head is written, so that whatever fails is told by a refusal. Of a long one
 * the elements are counted first, by a second subscription to them, so that too many are refused too; what fails later cuts
 * the connection, since the head is gone by then.
 */
public final class ArrayAnswer {

    private static final int SHORT = 256;
    private static final int PIECE = 16;

    private final String field;
    private final Flux<?> elements;
    private final int most;
    private final ConnectError tooMany;
    private final Json json;

    /**
     * @param field which holds the array; left out with an empty one
     * @param elements may be subscribed to more than once
     * @param tooMany what is told where there are more than {@code most}
     */
    public ArrayAnswer(String field, Flux<?> elements, int most, ConnectError tooMany, Json json) {
        this.field = field;
        this.elements = elements;
        this.most = most;
        this.tooMany = tooMany;
        this.json = json;
    }

    Mono<Void> write(ServerHttpResponse response) {
        Flux<DataBuffer> body = pieces().switchOnFirst((first, all) -> begun(first, all, response))
                .map(response.bufferFactory()::wrap);
        return response.writeWith(body).onErrorResume(error -> failed(response, error));
    }

    /** What is short is one piece; behind it they are small, since the server takes many of them ahead. */
    private Flux<List<Object>> pieces() {
        return Flux.defer(() -> {
            AtomicInteger count = new AtomicInteger();
            return bounded().bufferUntil(element -> isFull(count.incrementAndGet()));
        });
    }

    private static boolean isFull(int count) {
        return count >= SHORT && count % PIECE == 0;
    }

    private Flux<Object> bounded() {
        return elements.cast(Object.class).index((index, element) -> {
            if (index >= most) throw tooMany;
            return element;
        });
    }

    private Publisher<byte[]> begun(
            Signal<? extends List<Object>> first, Flux<List<Object>> all, ServerHttpResponse response) {
        List<Object> elementsAtFirst = first.get();
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        if (elementsAtFirst == null) return all.thenMany(Flux.just(text("{}")));
        AtomicInteger count = new AtomicInteger();
        Flux<byte[]> written = all.map(piece -> encode(piece, count.getAndIncrement() == 0));
        if (elementsAtFirst.size() >= SHORT) return counted().thenMany(written.concatWithValues(text("]}")));
        return written.map(ArrayAnswer::whole);
    }

    private static byte[] whole(byte[] bytes) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream(bytes.length + 2);
        whole.writeBytes(bytes);
        whole.writeBytes(text("]}"));
        return whole.toByteArray();
    }

    private Mono<Void> counted() {
        return bounded().then();
    }

    private byte[] encode(List<Object> piece, boolean first) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (first) bytes.writeBytes(text("{\"" + field + "\":["));
        for (int i = 0; i < piece.size(); i++) {
            if (i > 0 || !first) bytes.write(',');
            bytes.writeBytes(json.bytes(piece.get(i)));
        }
        return bytes.toByteArray();
    }

    private static byte[] text(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }

    private Mono<Void> failed(ServerHttpResponse response, Throwable error) {
        if (response.isCommitted()) return Cut.cut(response, error) ? Mono.empty() : Mono.error(error);
        ConnectError refusal = ConnectErrors.of(error);
        byte[] body = json.bytes(refusal.body());
        response.setRawStatusCode(refusal.code().status());
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }
}

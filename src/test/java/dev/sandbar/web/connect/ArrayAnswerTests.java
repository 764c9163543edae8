package dev.sandbar.web.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.web.http.Json;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ArrayAnswerTests {

    private static final int MOST = 1000;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final MockServerHttpResponse response = new MockServerHttpResponse();

    private static ArrayAnswer answer(Flux<?> elements) {
        ConnectError tooMany = new ConnectError(ConnectCode.RESOURCE_EXHAUSTED, "too many");
        return new ArrayAnswer("all", elements, MOST, tooMany, new Json(JsonMapper.shared(), 1 << 20));
    }

    private JsonNode written(Flux<?> elements) {
        answer(elements).write(response).block(LIMIT);
        return JsonMapper.shared().readTree(response.getBodyAsString().block(LIMIT));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 17, 255, 256, 257, 271, 272, 273, MOST - 1, MOST})
    void elementsOfAnyNumberAreWrittenInTheirOrder(int number) {
        JsonNode all = written(Flux.range(0, number)).path("all");
        assertThat(all.size()).isEqualTo(number);
        for (int i = 0; i < number; i++) assertThat(all.path(i).asInt()).isEqualTo(i);
        assertThat(response.getStatusCode()).isNull();
    }

    @Test
    void anEmptyArrayIsLeftOut() {
        assertThat(written(Flux.empty()).toString()).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255})
    void whatFailsInAShortOneIsRefused(int before) {
        JsonNode refusal = written(Flux.range(0, before)
                .concatWith(Flux.error(ConnectError.notFound("gone")))
                .cast(Object.class));
        assertThat(refusal.path("code").asString("")).isEqualTo("not_found");
        assertThat(refusal.path("message").asString("")).isEqualTo("gone");
        assertThat(response.getStatusCode()).hasToString("404 NOT_FOUND");
    }

    @Test
    void tooManyAreRefusedBeforeAWordIsWritten() {
        JsonNode refusal = written(Flux.range(0, MOST + 1));
        assertThat(refusal.path("code").asString("")).isEqualTo("resource_exhausted");
        assertThat(response.getStatusCode()).hasToString("429 TOO_MANY_REQUESTS");
    }

    /** The first subscription is the one whose elements are written. */
    private static Flux<Integer> growing(int first, Flux<Integer> later) {
        AtomicInteger subscriptions = new AtomicInteger();
        return Flux.defer(() -> subscriptions.getAndIncrement() == 0 ? later : Flux.range(0, first));
    }

    @Test
    void whatFailsLaterIsNoCompleteAnswer() {
        Flux<Integer> breaks = Flux.range(0, 300).concatWith(Mono.error(new IllegalStateException("broken")));
        StepVerifier.create(answer(growing(300, breaks)).write(response))
                .expectError()
                .verify(LIMIT);
        StepVerifier.create(answer(growing(300, Flux.range(0, MOST + 1))).write(new MockServerHttpResponse()))
                .expectError()
                .verify(LIMIT);
    }

    @Test
    void nothingIsTakenThatTheClientDoesNotTake() {
        AtomicInteger taken = new AtomicInteger();
        Flux<Integer> elements = growing(MOST, Flux.range(0, MOST).doOnNext(element -> taken.incrementAndGet()));
        takes(3);
        answer(elements).write(response).block(LIMIT);
        assertThat(taken.get()).isBetween(256 + 2 * 16, 256 + 4 * 16);
    }

    @Test
    void aClientThatLeavesEndsTheListing() {
        AtomicInteger over = new AtomicInteger();
        Flux<Integer> elements =
                growing(300, Flux.range(0, 300).concatWith(Flux.never())).doFinally(signal -> over.incrementAndGet());
        takes(1);
        answer(elements).write(response).block(LIMIT);
        assertThat(over).hasValue(2);
    }

    private void takes(int pieces) {
        response.setWriteHandler(
                body -> body.doOnNext(DataBufferUtils::release).take(pieces).then());
    }
}

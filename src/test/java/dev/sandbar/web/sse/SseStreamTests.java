package dev.sandbar.web.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.event.SseFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

/** One stream in virtual time, to a client that takes what it is told to. */
class SseStreamTests {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Sinks.Many<SseFrame> frames = Sinks.many().unicast().onBackpressureBuffer();
    private final List<String> written = new ArrayList<>();
    private Mono<Void> taking = Mono.empty();
    private final SseStream stream = new SseStream(response(), time);
    private final Disposable client = stream.write(frames.asFlux()).subscribe();

    @Test
    void aHeartbeatComesOnlyWhenNothingElseDid() {
        send(0);
        pass(14);
        send(1);
        pass(14);
        assertThat(written).containsExactly("<0>", "<1>");
        pass(1);
        assertThat(written).containsExactly("<0>", "<1>", ": heartbeat\n\n");
        pass(14);
        assertThat(written).hasSize(3);
        pass(1);
        assertThat(written).hasSize(4);
        send(2);
        assertThat(written).hasSize(5);
    }

    @Test
    void whatCameTogetherIsWrittenTogether() {
        Sinks.Empty<Void> slow = Sinks.empty();
        taking = slow.asMono();
        for (int i = 0; i < 4; i++) send(i);
        assertThat(written).containsExactly("<0>");
        slow.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
        assertThat(written).containsExactly("<0>", "<1>", "<2><3>");
    }

    @Test
    void theEndComesBehindWhatIsThere() {
        send(0);
        stream.end();
        assertThat(client.isDisposed()).isTrue();
        assertThat(frames.currentSubscriberCount()).isZero();
    }

    @Test
    void anEndBeforeTheFirstFrameIsNotForgotten() {
        stream.end();
        send(0);
        assertThat(client.isDisposed()).isTrue();
    }

    private void send(long seq) {
        frames.emitNext(frame(seq), Sinks.EmitFailureHandler.FAIL_FAST);
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            time.advanceTimeBy(Duration.ofSeconds(1));
            stream.beat(time.now(TimeUnit.MILLISECONDS), SseSettings.DEFAULT);
        }
    }

    private static SseFrame frame(long seq) {
        return new SseFrame(seq, "test", ("<" + seq + ">").getBytes(StandardCharsets.UTF_8));
    }

    private Mono<Void> taken(DataBuffer buffer) {
        written.add(buffer.toString(StandardCharsets.UTF_8));
        return taking;
    }

    private MockServerHttpResponse response() {
        MockServerHttpResponse response = new MockServerHttpResponse() {
            @Override
            @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as declared by Spring
            public <T> T getNativeResponse() {
                return (T) written;
            }
        };
        response.setWriteHandler(body -> body.concatMap(this::taken, 0).then());
        return response;
    }
}

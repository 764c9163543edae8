package dev.sandbar.web.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.web.http.Json;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What a whole service leaves to chance: which of an answer's end and the next head is first. */
class HeadDeadlineTests {

    private static final ConnectionSettings SETTINGS = ConnectionSettings.DEFAULT.withDeadlines(
            Duration.ofSeconds(2), Duration.ofSeconds(60), Duration.ofSeconds(60));
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    private final HeadDeadline deadline = new HeadDeadline(SETTINGS, new Json(JsonMapper.shared(), 1000));
    private final EmbeddedChannel channel = new EmbeddedChannel(deadline.bytes(), new HttpServerCodec(), deadline);

    @BeforeEach
    void begin() {
        channel.freezeTime();
        receive(REQUEST);
    }

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @Test
    void halfAHeadBeforeTheAnswersEndIsNotTakenForIdleness() {
        answerAllButTheEnd();
        receive("GET /ha");
        pass(Duration.ofSeconds(3));
        assertThat(sent()).isEmpty();
        answerTheEnd();
        pass(Duration.ofMillis(1900));
        assertThat(sent()).isEmpty();
        pass(Duration.ofMillis(200));
        assertThat(sent()).startsWith("HTTP/1.1 408 ");
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                REQUEST,
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\na\n\nb",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na\nb\r\n0\r\n\r\n"
            })
    void halfAHeadThatComesTogetherWithAWholeRequestIsNotTakenForIdleness(String whole) {
        answer();
        receive(whole + "GET / HTTP/1.1\r\nHost: x\r\n");
        answer();
        pass(Duration.ofMillis(1900));
        assertThat(sent()).isEmpty();
        pass(Duration.ofMillis(200));
        assertThat(sent()).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void halfAHeadBehindTheRestOfABodyIsNotTakenForIdleness() {
        answer();
        receive("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab");
        answer();
        receive("cdG");
        pass(Duration.ofMillis(2100));
        assertThat(sent()).startsWith("HTTP/1.1 408 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                REQUEST,
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\na\n0\nx: y\n\n"
            })
    void connectionBehindARequestWithNothingMoreIsIdle(String whole) {
        answer();
        receive(whole);
        answer();
        pass(Duration.ofSeconds(59));
        assertThat(channel.isOpen()).isTrue();
        pass(Duration.ofSeconds(2));
        assertThat(sent()).isEmpty();
    }

    @Test
    void floodOfEmptyLinesIsHandedOnInFewPieces() {
        AtomicInteger pieces = new AtomicInteger();
        channel.pipeline()
                .addAfter(channel.pipeline().firstContext().name(), "count", new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        pieces.incrementAndGet();
                        context.fireChannelRead(message);
                    }
                });
        answer();
        receive("\n".repeat(3000) + "GET /ha");
        assertThat(pieces).hasValueLessThanOrEqualTo(512);
        pass(Duration.ofMillis(2100));
        assertThat(sent()).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void headThatIsWholeByThenIsNotLate() {
        answerAllButTheEnd();
        receive("GET / HT");
        answerTheEnd();
        receive("TP/1.1\r\nHost: x\r\n\r\n");
        pass(Duration.ofSeconds(59));
        assertThat(sent()).isEmpty();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void connectionThatIsIdleEndsWithoutAWord() {
        answerAllButTheEnd();
        answerTheEnd();
        pass(Duration.ofSeconds(59));
        assertThat(channel.isOpen()).isTrue();
        pass(Duration.ofSeconds(2));
        assertThat(sent()).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    private void receive(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, US_ASCII));
    }

    private void answer() {
        answerAllButTheEnd();
        answerTheEnd();
    }

    private void answerAllButTheEnd() {
        DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set("content-length", "2");
        channel.writeOutbound(head, new DefaultHttpContent(Unpooled.copiedBuffer("ok", US_ASCII)));
        assertThat(sent()).endsWith("ok");
    }

    private void answerTheEnd() {
        channel.writeOutbound(new DefaultLastHttpContent());
        assertThat(sent()).isEmpty();
    }

    private void pass(Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }

    private String sent() {
        return Sent.take(channel);
    }
}

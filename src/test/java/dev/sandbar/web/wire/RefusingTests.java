package dev.sandbar.web.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.web.http.Json;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** Malformed requests in a pipeline without a server behind it, which can't be asked for help then. */
class RefusingTests {

    private static final String REQUEST = "GET /well HTTP/1.1\r\nHost: x\r\n\r\n";

    private final EmbeddedChannel channel = new EmbeddedChannel(
            new HttpServerCodec(),
            new Malformed.Marks(),
            new InTurn(),
            new Closing(),
            new Refusing(new Json(JsonMapper.shared(), 1000)));

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @CsvSource({
        "'GET / HTTP/1\r\nHost: x\r\n\r\n', 400",
        "'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n', 400",
        "'GET / HTTP/1.1\r\n\r\n', 400",
        "'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n', 400",
        "'GET / HTTP/1.1\r\nHost: x\r\nExpect: all\r\n\r\n', 417",
        "'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n', 501",
    })
    void malformedRequestIsAnsweredAndNotHandedOn(String request, int status) {
        receive(request);
        assertThat(sent()).startsWith("HTTP/1.1 " + status + " ").contains("\"code\":" + status, "connection: close");
        assertThat(received()).isEmpty();
    }

    @Test
    void malformedRequestWaitsForTheAnswerBefore() {
        receive(REQUEST + "GET / HTTP/1.1\r\n\r\n");
        assertThat(received()).isEqualTo("/well");
        assertThat(sent()).isEmpty();
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        channel.runPendingTasks();
        assertThat(sent()).startsWith("HTTP/1.1 200 ").contains("HTTP/1.1 400 ");
        assertThat(received()).isEmpty();
    }

    @Test
    void nothingBehindAMalformedRequestIsARequest() {
        receive("GET / HTTP/1.1\r\n\r\n" + REQUEST);
        assertThat(sent()).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1");
        assertThat(received()).isEmpty();
    }

    @Test
    void connectionEndsBehindTheAnswer() {
        receive("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab");
        assertThat(sent()).startsWith("HTTP/1.1 400 ");
        assertThat(channel.isOpen()).isFalse();
    }

    private void receive(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, US_ASCII));
        channel.runPendingTasks();
    }

    private String received() {
        String target = "";
        for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
            if (next instanceof HttpRequest request) target = request.uri();
            ReferenceCountUtil.release(next);
        }
        return target;
    }

    private String sent() {
        return Sent.take(channel);
    }
}

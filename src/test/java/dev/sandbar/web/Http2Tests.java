package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.web.wire.ConnectionSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2ResetFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;

/** The same rules where a connection carries many requests. */
class Http2Tests {

    private static final ConnectionSettings QUICK =
            new ConnectionSettings(Duration.ofSeconds(1), Duration.ofMillis(1500), Duration.ofSeconds(2), 100, 100, 7);

    private final TestService service = TestService.ofHttp2(QUICK);
    private final HttpClient client = HttpClient.newConnection()
            .protocol(HttpProtocol.H2C)
            .baseUrl("http://127.0.0.1:" + service.port())
            .headers(headers -> headers.set("X-API-Key", TestService.KEY));

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void aCutStreamEndsWithAnError() throws Exception {
        String id = service.sandbox();
        byte[] start = Envelopes.pack("{\"process\":{\"cmd\":\"sleep\"}}");
        CompletableFuture<Long> reset = new CompletableFuture<>();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        client.headers(headers -> headers.set("E2b-Sandbox-Id", id)
                        .set("E2b-Sandbox-Port", "49983")
                        .set("X-Access-Token", service.tokens.of(id))
                        .set("Content-Type", "application/connect+json"))
                .doOnResponse((response, connection) -> watch(connection, reset))
                .post()
                .uri("/process.Process/Start")
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(start)))
                .responseContent()
                .doOnNext(bytes -> begun.complete(null))
                .subscribe(bytes -> {}, failed -> {});
        begun.get(10, TimeUnit.SECONDS);
        service.control()
                .delete()
                .uri("/sandboxes/" + id)
                .exchange()
                .expectStatus()
                .isNoContent();
        assertThat(reset.get(10, TimeUnit.SECONDS)).isEqualTo(Http2Error.INTERNAL_ERROR.code());
    }

    private static void watch(Connection stream, CompletableFuture<Long> reset) {
        stream.channel().pipeline().addFirst(new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
                if (event instanceof Http2ResetFrame frame) reset.complete(frame.errorCode());
                context.fireUserEventTriggered(event);
            }
        });
    }

    @Test
    void aConnectionWithoutRequestsEnds() throws Exception {
        CompletableFuture<Channel> connection = new CompletableFuture<>();
        Integer status = client.doOnResponse((response, stream) ->
                        connection.complete(stream.channel().parent()))
                .get()
                .uri("/health")
                .responseSingle((response, body) ->
                        body.then(Mono.just(response.status().code())))
                .block(Duration.ofSeconds(10));
        assertThat(status).isEqualTo(200);
        Channel open = connection.get(10, TimeUnit.SECONDS);
        assertThat(open.closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aConnectionWithALongAnswerGoesOn() {
        String id = service.sandbox();
        Mono<String> events = client.get()
                .uri("/sandboxes/" + id + "/events")
                .responseContent()
                .asString()
                .takeUntil(text -> text.contains("sandbox.ended"))
                .collectList()
                .map(texts -> String.join("", texts));
        Mono<Integer> kill = Mono.delay(Duration.ofMillis(3500))
                .then(client.delete().uri("/sandboxes/" + id).response())
                .map(response -> response.status().code());
        assertThat(Mono.zip(events, kill, (text, status) -> text).block(Duration.ofSeconds(30)))
                .contains("sandbox.ended");
    }

    @Test
    void halfABodyIsAnsweredByATimeout() {
        Flux<ByteBuf> half =
                Flux.just(Unpooled.copiedBuffer("{", StandardCharsets.US_ASCII)).concatWith(Mono.never());
        @Nullable Integer status = client.headers(headers -> headers.set("Content-Type", "application/json"))
                .post()
                .uri("/sandboxes")
                .send(half)
                .response()
                .map(response -> response.status().code())
                .block(Duration.ofSeconds(20));
        assertThat(status).isEqualTo(408);
    }

    @Test
    void whoNeverSpeaksIsClosed() throws IOException {
        try (RawHttp silent = new RawHttp(service.port())
                .send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                .send(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0})) {
            assertThat(silent.settings()).containsEntry(3, 7L).containsEntry(6, 32L * 1024);
            silent.rest();
        }
        try (RawHttp silent = new RawHttp(service.port()).send("PRI * HTTP/2.0\r\n")) {
            silent.rest();
        }
    }

    @Test
    void floodsOfResetsEndTheConnection() throws IOException {
        try (RawHttp flood = new RawHttp(service.port())
                .send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                .send(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0})) {
            for (int stream = 1; stream < 2000; stream += 2) {
                byte high = (byte) (stream >> 8);
                byte low = (byte) stream;
                // HEADERS with :method GET, :scheme http, :path / and then RST_STREAM.
                byte[] both = {
                    0,
                    0,
                    3,
                    1,
                    5,
                    0,
                    0,
                    high,
                    low,
                    (byte) 0x82,
                    (byte) 0x86,
                    (byte) 0x84,
                    0,
                    0,
                    4,
                    3,
                    0,
                    0,
                    0,
                    high,
                    low,
                    0,
                    0,
                    0,
                    8
                };
                flood.sendAnyway(both);
            }
            flood.rest();
        }
        assertThat(client.get()
                        .uri("/health")
                        .response()
                        .map(response -> response.status().code())
                        .block(Duration.ofSeconds(10)))
                .isEqualTo(200);
    }
}

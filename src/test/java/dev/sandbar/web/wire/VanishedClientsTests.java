package dev.sandbar.web.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.gate.Needs;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

class VanishedClientsTests {

    @Test
    void aClientThatTakesNothingIsCutByTheKernel() throws IOException {
        Needs.EPOLL.orSkip(Epoll.isAvailable());
        Sinks.Empty<Void> closed = Sinks.empty();
        DisposableServer server = new VanishedClients(Duration.ofSeconds(1))
                .apply(HttpServer.create().host("127.0.0.1").port(0))
                .doOnConnection(connection -> connection.onDispose(closed::tryEmitEmpty))
                .handle((request, response) ->
                        response.sendString(Flux.just("x".repeat(100_000)).repeat()))
                .bindNow();
        try (Socket client = new Socket()) {
            client.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Mono<Void> end = closed.asMono();
            assertThat(end.timeout(Duration.ofSeconds(20)).materialize().block())
                    .matches(signal -> signal != null && signal.isOnComplete());
        } finally {
            server.disposeNow(Duration.ofSeconds(5));
        }
    }
}

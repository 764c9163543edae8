package dev.sandbar.client;

import io.netty.buffer.ByteBuf;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.NettyInbound;
import reactor.netty.NettyOutbound;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/** Stands between a client and a server, hands on all bytes, and cuts all connections when it is told to. */
final class CuttingProxy implements AutoCloseable {

    final AtomicInteger cuts = new AtomicInteger();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final URI server;
    private final DisposableServer port;

    CuttingProxy(URI server) {
        this.server = server;
        this.port = TcpServer.create()
                .host("127.0.0.1")
                .port(0)
                .doOnConnection(this::keep)
                .handle(this::handOn)
                .bindNow();
    }

    private void keep(Connection connection) {
        connections.add(connection);
        connection.onDispose(() -> connections.remove(connection));
    }

    private Publisher<Void> handOn(NettyInbound fromClient, NettyOutbound toClient) {
        return TcpClient.create()
                .host(server.getHost())
                .port(server.getPort())
                .connect()
                .flatMap(connection -> both(connection, fromClient, toClient));
    }

    private static Mono<Void> both(Connection connection, NettyInbound fromClient, NettyOutbound toClient) {
        Mono<Void> there = each(connection.outbound(), fromClient.receive().retain());
        Mono<Void> back = each(toClient, connection.inbound().receive().retain());
        return Mono.firstWithSignal(there, back).onErrorComplete().doFinally(signal -> connection.dispose());
    }

    private static Mono<Void> each(NettyOutbound to, Flux<ByteBuf> bytes) {
        return to.send(bytes, written -> true).then();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + port.port());
    }

    void cut() {
        if (!connections.isEmpty()) cuts.incrementAndGet();
        connections.forEach(Connection::dispose);
    }

    @Override
    public void close() {
        port.disposeNow(Duration.ofSeconds(5));
    }
}

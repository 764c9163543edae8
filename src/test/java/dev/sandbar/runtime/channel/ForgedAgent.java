package dev.sandbar.runtime.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.NettyOutbound;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpServer;

/**
 * A server that says on each connection what a test wants, whatever it is asked. The first connection is the control
 * connection: it greets and answers pings as an honest agent does, unless told otherwise.
 */
final class ForgedAgent implements AutoCloseable {

    private static final byte[] PONG = Frames.frame(Types.PONG, new byte[0]);

    private final AtomicInteger connections = new AtomicInteger();
    private final DisposableServer server;
    private volatile Publisher<byte[]> control = Flux.never();
    private volatile Publisher<byte[]> script = Flux.never();
    private volatile boolean pongs = true;
    private volatile boolean comesBack;
    private volatile @Nullable Connection first;

    ForgedAgent(Path socket, LoopResources loops) {
        server = TcpServer.create()
                .runOn(loops)
                .bindAddress(() -> new DomainSocketAddress(socket.toString()))
                .childOption(ChannelOption.SO_SNDBUF, 64 * 1024)
                .handle((in, out) -> {
                    int number = connections.getAndIncrement();
                    boolean isFirst = number == 0 || (number == 1 && comesBack);
                    in.withConnection(connection -> {
                        if (isFirst) first = connection;
                    });
                    if (number == 1 && comesBack) pongs = true;
                    return isFirst ? serveControl(in.receive(), out) : send(out, in.receive(), script);
                })
                .bindNow(Duration.ofSeconds(5));
    }

    /** What every further connection hears; the connection ends after it. */
    void says(Publisher<byte[]> bytes) {
        script = bytes;
    }

    /** What is said on the control connection instead of a greeting. */
    void greets(Publisher<byte[]> bytes) {
        control = bytes;
        pongs = false;
    }

    /** The second connection is an honest control connection too. */
    void comesBack() {
        comesBack = true;
    }

    void stopsAnswering() {
        pongs = false;
    }

    void endsControl() {
        Connection connection = first;
        if (connection != null) connection.channel().close().syncUninterruptibly();
    }

    int connections() {
        return connections.get();
    }

    @Override
    public void close() {
        server.disposeNow(Duration.ofSeconds(5));
    }

    private Publisher<Void> serveControl(Flux<ByteBuf> in, NettyOutbound out) {
        if (!pongs) return send(out, in, control);
        Flux<byte[]> answers = in.map(ForgedAgent::bytes).filter(bytes -> pongs).map(ForgedAgent::pong);
        return say(out, Flux.just(Frames.HELLO).concatWith(answers));
    }

    private static Publisher<Void> send(NettyOutbound out, Flux<ByteBuf> in, Publisher<byte[]> bytes) {
        return Mono.firstWithSignal(say(out, bytes), in.then());
    }

    private static Mono<Void> say(NettyOutbound out, Publisher<byte[]> bytes) {
        return out.send(Flux.from(bytes).map(Unpooled::wrappedBuffer), buffer -> true)
                .then();
    }

    private static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    /** The ping that it is, as a pong. */
    private static byte[] pong(byte[] ping) {
        byte[] answer = ping.clone();
        answer[4] = PONG[4];
        return answer;
    }

    static Function<byte[], Flux<byte[]>> inPieces(int size) {
        return bytes -> Flux.range(0, (bytes.length + size - 1) / size)
                .map(i -> Arrays.copyOfRange(bytes, i * size, Math.min(bytes.length, (i + 1) * size)));
    }
}

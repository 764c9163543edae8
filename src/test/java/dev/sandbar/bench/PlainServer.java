package dev.sandbar.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Reactor Netty that sends prepared frames and does nothing else, in a process of its own. */
public final class PlainServer implements AutoCloseable {

    private final Process process;
    private final URI address;

    PlainServer(Path directory, List<byte[]> frames, List<String> options) throws IOException {
        Path file = directory.resolve("frames");
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            for (byte[] frame : frames) {
                out.writeInt(frame.length);
                out.write(frame);
            }
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), PlainServer.class.getName(), file.toString()));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        address = URI.create("http://127.0.0.1:" + process.inputReader().readLine());
    }

    URI address() {
        return address;
    }

    @Override
    public void close() {
        process.destroy();
    }

    /** Argument: the file with the frames. Prints its port. */
    public static void main(String[] arguments) throws IOException {
        List<ByteBuf> frames = read(Path.of(arguments[0])).stream()
                .map(frame -> Unpooled.directBuffer(frame.length).writeBytes(frame))
                .toList();
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> send(request, response, frames))
                .bindNow();
        System.out.println(server.port());
        server.onDispose().block();
    }

    /** The buffers are native already and shared by all answers: nothing is left to do but the writing. */
    private static Publisher<Void> send(HttpServerRequest request, HttpServerResponse response, List<ByteBuf> frames) {
        int count = Integer.parseInt(request.uri().substring(1));
        Flux<ByteBuf> all =
                Flux.range(0, count).map(i -> frames.get(i % frames.size()).retainedDuplicate());
        return response.header("Content-Type", "application/connect+json").send(all);
    }

    private static List<byte[]> read(Path file) throws IOException {
        List<byte[]> frames = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            while (in.available() > 0) {
                byte[] frame = new byte[in.readInt()];
                in.readFully(frame);
                frames.add(frame);
            }
        }
        return frames;
    }
}

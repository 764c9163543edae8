package dev.sandbar.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Something that speaks the agent's protocol well enough to be believed, and means harm. The first connection is the
 * service's control link; what it and all others are told is given.
 */
final class ForgedAgent implements AutoCloseable {

    static final String MARK = "x/y";

    /** What is said on one connection; its end closes the connection. */
    @FunctionalInterface
    interface Script {
        void speak(Line line) throws IOException;
    }

    private final ServerSocketChannel server;
    private final Path socket;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong sent = new AtomicLong();

    ForgedAgent(Path directory, Script control, Script others) throws IOException {
        socket = directory.resolve("forged.sock");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        threads.execute(() -> accept(control, others));
    }

    Path socket() {
        return socket;
    }

    /** Bytes that were taken from it so far, by the service or the socket's buffer. */
    long sent() {
        return sent.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow(); // closes the connections under their threads
    }

    /** Answers pings and deadlines as an agent does. */
    static void obey(Line line) throws IOException {
        line.hello();
        for (; ; ) {
            ByteBuffer frame = line.receive();
            if (frame.get(0) == 0x01) line.send(0x41, frame.slice(1, frame.limit() - 1));
            else line.send(0x40, ByteBuffer.allocate(0));
        }
    }

    private void accept(Script control, Script others) {
        try {
            for (boolean first = true; ; first = false) {
                SocketChannel channel = server.accept();
                Script script = first ? control : others;
                threads.execute(() -> speak(channel, script));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void speak(SocketChannel channel, Script script) {
        try (channel) {
            script.speak(new Line(channel, sent));
        } catch (IOException | UncheckedIOException gone) {
            return; // the service has hung up
        }
    }

    /** One connection, blocking. */
    record Line(SocketChannel channel, AtomicLong sent) {

        void hello() throws IOException {
            send(0x48, ByteBuffer.wrap(("\0\1" + MARK).getBytes(StandardCharsets.US_ASCII)));
        }

        void send(int type, ByteBuffer body) throws IOException {
            ByteBuffer frame = ByteBuffer.allocate(8 + body.remaining());
            frame.putInt(body.remaining()).put((byte) type).put(new byte[3]).put(body.duplicate());
            raw(frame.flip());
        }

        void raw(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                sent.addAndGet(channel.write(bytes));
            }
        }

        void started() throws IOException {
            send(0x43, ByteBuffer.allocate(4).putInt(7).flip());
        }

        void output(long offset, int bytes) throws IOException {
            send(
                    0x44,
                    ByteBuffer.allocate(9 + bytes).putLong(offset).put((byte) 1).position(0));
        }

        void exit(long offset) throws IOException {
            send(0x45, ByteBuffer.allocate(16).putLong(8, offset));
        }

        void process(String id) throws IOException {
            ByteBuffer body = ByteBuffer.allocate(13 + id.length())
                    .putInt(7)
                    .put((byte) 0)
                    .putLong(0);
            send(0x46, body.put(id.getBytes(StandardCharsets.US_ASCII)).flip());
        }

        void entry(String path) throws IOException {
            byte[] name = path.getBytes(StandardCharsets.US_ASCII);
            ByteBuffer body =
                    ByteBuffer.allocate(42 + name.length).put((byte) 1).position(36);
            send(0x47, body.putShort((short) name.length).position(42).put(name).flip());
        }

        /** Type and body of the next frame. */
        ByteBuffer receive() throws IOException {
            ByteBuffer head = read(8);
            int type = head.get(4);
            ByteBuffer body = read(head.getInt(0));
            return ByteBuffer.allocate(1 + body.limit())
                    .put((byte) type)
                    .put(body)
                    .flip();
        }

        /** Reads requests until nothing more comes. */
        void listen() throws IOException {
            while (channel.read(ByteBuffer.allocate(4096)) >= 0) {
                Thread.onSpinWait();
            }
        }

        private ByteBuffer read(int bytes) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(bytes);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) throw new IOException("hung up");
            }
            return buffer.flip();
        }
    }
}

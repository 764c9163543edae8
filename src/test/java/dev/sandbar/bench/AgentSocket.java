package dev.sandbar.bench;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The least that speaks to an agent: one connection, one command. Blocks; for one thread. */
final class AgentSocket implements AutoCloseable {

    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final int HEAD = 8;
    private static final int OUTPUT_HEAD = 9;
    private static final int ACKNOWLEDGE_EVERY = 64 * 1024;

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(256 * 1024);

    AgentSocket(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        in.flip();
        frame(0x48);
    }

    /** Runs a command to its end, which has to be a good one, and counts its output's bytes. */
    static long run(Path socket, List<String> command, Bodies.Taker output) throws IOException {
        try (AgentSocket agent = new AgentSocket(socket)) {
            agent.write(start(command));
            agent.frame(0x43);
            return agent.follow(output);
        }
    }

    private long follow(Bodies.Taker output) throws IOException {
        long taken = 0;
        long acknowledged = 0;
        ByteBuffer frame = frame(0);
        while (isOutput(frame)) {
            frame.position(frame.position() + HEAD + OUTPUT_HEAD);
            taken += frame.remaining();
            output.take(frame);
            if (taken - acknowledged >= ACKNOWLEDGE_EVERY) {
                acknowledged = taken;
                write(ByteBuffer.allocate(HEAD + 8)
                        .putInt(8)
                        .putInt(0x20 << 24)
                        .putLong(taken)
                        .flip());
            }
            frame = frame(0);
        }
        write(ByteBuffer.allocate(HEAD).putInt(0).putInt(0x21 << 24).flip());
        return taken;
    }

    /** The next frame, whole, of that type; 0 for output or a good exit. */
    private ByteBuffer frame(int type) throws IOException {
        need(HEAD);
        int length = in.getInt(in.position());
        need(HEAD + length);
        ByteBuffer frame = in.duplicate();
        frame.limit(frame.position() + HEAD + length);
        in.position(frame.limit());
        int found = frame.get(frame.position() + 4);
        boolean good = type == 0
                ? isOutput(frame) || (found == 0x45 && frame.getLong(frame.position() + HEAD) == 0)
                : found == type;
        if (!good) throw new IOException("unexpected frame of type " + found);
        return frame;
    }

    private static boolean isOutput(ByteBuffer frame) {
        return frame.get(frame.position() + 4) == 0x44;
    }

    private void need(int bytes) throws IOException {
        while (in.remaining() < bytes) {
            in.compact();
            int count = channel.read(in);
            in.flip();
            if (count < 0) throw new EOFException("the agent closed the connection");
        }
    }

    private void write(ByteBuffer out) throws IOException {
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    private static ByteBuffer start(List<String> command) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        byte[] id = Bodies.bytes("bench" + NUMBERS.incrementAndGet());
        out.writeInt(20 + id.length);
        out.writeInt(0x03 << 24);
        out.writeInt(1000);
        out.writeInt(1000);
        out.writeInt(0);
        out.writeLong(0);
        out.write(id);
        for (String argument : command) {
            text(out, 0x10, argument);
        }
        text(out, 0x11, "PATH=/usr/local/bin:/usr/bin:/bin");
        text(out, 0x11, "HOME=/home/user");
        text(out, 0x12, "/home/user");
        text(out, 0x1F, "");
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    private static void text(DataOutputStream out, int type, String text) throws IOException {
        byte[] value = Bodies.bytes(text);
        out.writeInt(value.length);
        out.writeInt(type << 24);
        out.write(value);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

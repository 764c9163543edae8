package dev.sandbar.runtime.channel;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentException.Code;
import dev.sandbar.runtime.FileOwner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Frames for the agent, in the order in which they were added, as one array; refuses what the agent could not take. A
 * buffer is made only when it is written.
 */
final class Request {

    private static final int PATH_MAX = 4096;
    private static final int BYTES_MAX = 4 << 20;
    private static final int FRAMES_MAX = 65_536;

    private final ByteArrayOutputStream frames = new ByteArrayOutputStream(256);
    private int count;

    /** A frame with numbers before a string. */
    Request frame(int type, ByteBuffer fixed, String text) {
        byte[] string = bytes(text);
        byte[] numbers = new byte[fixed.flip().remaining()];
        fixed.get(numbers);
        if (numbers.length + string.length > Types.BODY_MAX) throw tooMuch("a name has more than 16 KiB");
        head(type, 0, numbers.length + string.length);
        frames.writeBytes(numbers);
        frames.writeBytes(string);
        return this;
    }

    /** A string that may take several frames. */
    Request text(int type, String text) {
        return value(type, bytes(text));
    }

    /** An attribute, in which a NUL parts name and value. */
    Request attribute(String name, String value) {
        byte[] bytes = (new String(bytes(name), StandardCharsets.UTF_8)
                        + '\0'
                        + new String(bytes(value), StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
        return value(Types.ATTRIBUTE, bytes);
    }

    Request path(int type, ByteBuffer fixed, String path) {
        checkPath(path);
        return frame(type, fixed, path);
    }

    Request path(int type, String path) {
        checkPath(path);
        return text(type, path);
    }

    Request empty(int type) {
        head(type, 0, 0);
        return this;
    }

    byte[] toBytes() {
        return frames.toByteArray();
    }

    /** Bytes as DATA frames, in one buffer. */
    static ByteBuf data(ByteBufAllocator allocator, byte[] bytes, int from, int to) {
        int count = (to - from + Types.BODY_MAX - 1) / Types.BODY_MAX;
        ByteBuf out = allocator.buffer(to - from + count * Types.HEAD);
        for (int at = from; at < to; at += Types.BODY_MAX) {
            int length = Math.min(Types.BODY_MAX, to - at);
            out.writeInt(length).writeByte(Types.DATA).writeMedium(0).writeBytes(bytes, at, length);
        }
        return out;
    }

    /** One frame that holds a number. */
    static byte[] number(int type, long number) {
        return new Request().frame(type, fixed(8).putLong(number), "").toBytes();
    }

    static ByteBuffer fixed(int bytes) {
        return ByteBuffer.allocate(bytes);
    }

    static ByteBuffer owner(FileOwner owner, int more) {
        return fixed(8 + more).putInt(owner.uid()).putInt(owner.gid());
    }

    private Request value(int type, byte[] bytes) {
        int at = 0;
        do {
            int length = Math.min(Types.BODY_MAX, bytes.length - at);
            head(type, at + length < bytes.length ? Types.MORE : 0, length);
            frames.write(bytes, at, length);
            at += length;
        } while (at < bytes.length);
        if (frames.size() > BYTES_MAX) throw tooMuch("arguments and environment have more than 4 MiB together");
        return this;
    }

    private void head(int type, int flags, int length) {
        if (++count > FRAMES_MAX) {
            throw tooMuch("there are more than " + FRAMES_MAX + " arguments and variables of the environment");
        }
        frames.writeBytes(ByteBuffer.allocate(Types.HEAD)
                .putInt(length)
                .put((byte) type)
                .put((byte) flags)
                .array());
    }

    private static void checkPath(String path) {
        if (!path.startsWith("/")) throw new AgentException(Code.INVALID, "path is not absolute: " + path);
        if (bytes(path).length > PATH_MAX) throw new AgentException(Code.INVALID, "path has more than 4096 bytes");
    }

    /** What is no text (half a surrogate) is refused: something else would be meant by its bytes. */
    private static byte[] bytes(String text) {
        if (text.indexOf('\0') >= 0) throw new AgentException(Code.INVALID, "string holds a NUL");
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new AgentException(Code.INVALID, "string holds half a surrogate");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** No later try mends it. */
    private static AgentException tooMuch(String what) {
        return new AgentException(Code.INVALID, what + ": put it into a file");
    }
}

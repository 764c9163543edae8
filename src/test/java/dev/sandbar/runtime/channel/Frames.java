package dev.sandbar.runtime.channel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What an agent may say, well-formed or not. */
final class Frames {

    static final byte[] HELLO = frame(Types.HELLO, new byte[] {0, 1, 'm'});
    static final byte[] STARTED =
            frame(Types.STARTED, ByteBuffer.allocate(4).putInt(42).array());
    static final byte[] OK = frame(Types.OK, new byte[0]);

    private Frames() {}

    static byte[] frame(int type, byte[] body) {
        return raw(body.length, type, 0, 0, body);
    }

    static byte[] raw(int length, int type, int flags, int zero, byte[] body) {
        return ByteBuffer.allocate(Types.HEAD + body.length)
                .putInt(length)
                .put((byte) type)
                .put((byte) flags)
                .putShort((short) zero)
                .put(body)
                .array();
    }

    static byte[] output(long offset, int stream, byte[] bytes) {
        byte[] body = ByteBuffer.allocate(9 + bytes.length)
                .putLong(offset)
                .put((byte) stream)
                .put(bytes)
                .array();
        return frame(Types.OUTPUT, body);
    }

    static byte[] exit(int kind, int flags, int code, long end) {
        byte[] body = ByteBuffer.allocate(16)
                .put((byte) kind)
                .put((byte) flags)
                .putShort((short) 0)
                .putInt(code)
                .putLong(end)
                .array();
        return frame(Types.EXIT, body);
    }

    static byte[] process(String id) {
        byte[] text = id.getBytes(StandardCharsets.UTF_8);
        byte[] body = ByteBuffer.allocate(13 + text.length)
                .putInt(42)
                .put((byte) 0)
                .putLong(9)
                .put(text)
                .array();
        return frame(Types.PROCESS, body);
    }

    static byte[] error(int code, String message) {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        return frame(
                Types.ERROR,
                ByteBuffer.allocate(2 + text.length)
                        .putShort((short) code)
                        .put(text)
                        .array());
    }

    static byte[] entry(String path) {
        byte[] text = path.getBytes(StandardCharsets.UTF_8);
        byte[] name = "user.e2b.a".getBytes(StandardCharsets.UTF_8);
        byte[] body = ByteBuffer.allocate(42 + text.length + 5 + name.length)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(0644)
                .putInt(1000)
                .putInt(1000)
                .putLong(5)
                .putLong(1_700_000_000)
                .putInt(7)
                .putShort((short) text.length)
                .putShort((short) 0)
                .putShort((short) 1)
                .put(text)
                .putShort((short) name.length)
                .putShort((short) 1)
                .put(name)
                .put((byte) 'v')
                .array();
        return frame(Types.ENTRY, body);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) all.writeBytes(part);
        return all.toByteArray();
    }
}

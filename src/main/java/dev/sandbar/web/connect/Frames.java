package dev.sandbar.web.connect;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.springframework.core.io.buffer.DataBuffer;

/** Writes envelopes into buffers. */
public final class Frames {

    private static final byte MESSAGE = 0;
    private static final byte END = 2;
    private static final int HEAD = 5;
    private static final byte[] SUFFIX = "\"}}}".getBytes(StandardCharsets.US_ASCII);

    private Frames() {}

    /** One message. */
    public static void message(DataBuffer to, byte[] json) {
        envelope(to, MESSAGE, json.length);
        to.write(json);
    }

    /** What ends a stream: {@code {}} or {@code {"error":…}}. */
    public static void end(DataBuffer to, byte[] json) {
        envelope(to, END, json.length);
        to.write(json);
    }

    /** What stands before the bytes of this stream in an event. */
    public static byte[] outputPrefix(String stream) {
        return ("{\"event\":{\"data\":{\"" + stream + "\":\"").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * A piece of a process's output: {@code {"event":{"data":{"<stream>":"<base64>"}}}}.
     *
     * @param scratch at least {@link #encodedBytes} long; overwritten
     */
    public static void output(DataBuffer to, byte[] prefix, byte[] bytes, byte[] scratch) {
        int encoded = Base64.getEncoder().encode(bytes, scratch);
        envelope(to, MESSAGE, prefix.length + encoded + SUFFIX.length);
        to.write(prefix);
        to.write(scratch, 0, encoded);
        to.write(SUFFIX);
    }

    /** How long the base64 of so many bytes is. */
    public static int encodedBytes(int bytes) {
        return (bytes + 2) / 3 * 4;
    }

    private static void envelope(DataBuffer to, byte flags, int length) {
        to.ensureWritable(length + HEAD);
        to.write(flags);
        to.write((byte) (length >>> 24));
        to.write((byte) (length >>> 16));
        to.write((byte) (length >>> 8));
        to.write((byte) length);
    }
}

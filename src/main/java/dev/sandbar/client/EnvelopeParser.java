package dev.sandbar.client;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a Connect stream's envelopes out of bytes that may be split anywhere. For one stream, one thread at a time. */
final class EnvelopeParser {

    private static final int HEAD = 5;
    private static final int LAST = 2;

    private final int limit;
    private final String name;
    private final byte[] head = new byte[HEAD];
    private byte @Nullable [] message;
    private int headBytes;
    private int messageBytes;

    /**
     * @param limit most bytes of one message
     * @param name of the call, for errors
     */
    EnvelopeParser(int limit, String name) {
        this.limit = limit;
        this.name = name;
    }

    /** The messages that end within these bytes. */
    List<Envelope> take(byte[] bytes) {
        List<Envelope> messages = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            byte[] target = message == null ? head : message;
            int have = message == null ? headBytes : messageBytes;
            int count = Math.min(target.length - have, bytes.length - at);
            System.arraycopy(bytes, at, target, have, count);
            at += count;
            if (message == null) headBytes += count;
            else messageBytes += count;
            if (headBytes == HEAD && message == null) message = new byte[length()];
            if (message != null && messageBytes == message.length) messages.add(end(message));
        }
        return messages;
    }

    private Envelope end(byte[] complete) {
        message = null;
        messageBytes = 0;
        headBytes = 0;
        return new Envelope((head[0] & LAST) != 0, complete);
    }

    private int length() {
        if ((head[0] & ~LAST) != 0) throw Wire.malformed(name, "one of its messages is compressed or unknown");
        long length = 0;
        for (int i = 1; i < HEAD; i++) length = (length << 8) | (head[i] & 0xff);
        if (length > limit) throw Wire.malformed(name, "one of its messages has more than " + limit + " bytes");
        return (int) length;
    }

    /** One message, as a request carries it. */
    static byte[] wrap(byte[] json) {
        byte[] wrapped = new byte[HEAD + json.length];
        for (int i = 1; i < HEAD; i++) wrapped[i] = (byte) (json.length >>> (8 * (HEAD - 1 - i)));
        System.arraycopy(json, 0, wrapped, HEAD, json.length);
        return wrapped;
    }
}

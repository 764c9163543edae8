package dev.sandbar.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/**
 * A server-sent event, ready to be written. Shared by all who read it: the bytes are not to be changed.
 *
 * @param seq its id: consecutive in its stream from 1; of a gap the last one that is missing; 0 of a comment
 * @param type its name; empty of a comment
 */
@SuppressWarnings("ArrayRecordComponent") // handed through untouched, never compared
public record SseFrame(long seq, String type, byte[] bytes) {

    /** Type of the event that says which others are gone. */
    public static final String GAP = "gap";

    /** The comment that every stream begins with, so that the client has its headers. */
    public static final SseFrame OPEN = comment("ok");

    private static final byte[] END = {'\n', '\n'};

    /** An event; its JSON must be one line. */
    public static SseFrame of(long seq, String type, byte[] json) {
        return of(seq, type, "", json, 0);
    }

    /** As {@link #of(long, String, byte[])} of a text and the rest of some JSON behind it. */
    static SseFrame of(long seq, String type, String begin, byte[] json, int offset) {
        byte[] head = ("id: " + seq + "\nevent: " + type + "\ndata: " + begin).getBytes(UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(head.length + json.length - offset + END.length);
        bytes.writeBytes(head);
        bytes.write(json, offset, json.length - offset);
        bytes.writeBytes(END);
        return new SseFrame(seq, type, bytes.toByteArray());
    }

    /** What clients pass over. */
    public static SseFrame comment(String text) {
        return new SseFrame(0, "", (": " + text + "\n\n").getBytes(UTF_8));
    }
}

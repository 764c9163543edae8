package dev.sandbar.client;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a sandbox.
 *
 * @param seq its number, to go on behind
 * @param type such as {@code sandbox.renewed}; {@code sandbox.ended} is the last one; {@code gap} where events are gone
 * @param time null of a gap that has none
 * @param data all of its fields
 */
public record SandboxEvent(long seq, String type, @Nullable Instant time, Map<String, Object> data) {

    static final String LAST = "sandbox.ended";

    static SandboxEvent read(long seq, SseFrame frame) {
        @SuppressWarnings("unchecked") // JSON's objects have strings for keys
        Map<String, Object> data = Wire.read(Wire.utf8(frame.data()), Map.class, "An event of a sandbox");
        Object time = data.get("time");
        Instant when = Wire.time(time == null ? null : time.toString(), "An event of a sandbox");
        return new SandboxEvent(seq, frame.type(), when, data);
    }

    boolean isLast() {
        return type.equals(LAST);
    }
}

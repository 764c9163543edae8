package dev.sandbar.crash;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A command that was asked for, and what its reader has seen of it. It says how often it ran, prints its lines, one each
 * 20 ms, and ends with its code.
 */
final class CommandClaim {

    final String id;
    final int lines;
    final int code;
    final AtomicBoolean reading = new AtomicBoolean();
    volatile boolean acknowledged;
    private final StringBuilder seen = new StringBuilder();
    private long lastId;
    private @Nullable String end;

    CommandClaim(String id, int lines, int code) {
        this.id = id;
        this.lines = lines;
        this.code = code;
    }

    String script() {
        return "echo ran >> runs-" + id + "; i=0; while [ $i -lt " + lines + " ]; do echo \"" + id
                + " $i\"; i=$((i+1)); sleep 0.02; done; exit " + code;
    }

    String expected() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append(id).append(' ').append(i).append('\n');
        }
        return text.toString();
    }

    synchronized long lastId() {
        return lastId;
    }

    synchronized boolean over() {
        return end != null;
    }

    /** Takes one event; says what is wrong with it, or null. */
    synchronized @Nullable String take(long eventId, String type, JsonNode data) {
        if (end != null) return "an event behind the end of command " + id;
        if (eventId != lastId + 1) return "event " + eventId + " of command " + id + " follows " + lastId;
        lastId = eventId;
        if (type.equals("end")) return ended(data);
        if (!type.equals("stdout")) return "event " + type + " of command " + id + ": " + data;
        seen.append(new String(Base64.getDecoder().decode(data.path("data").asString("")), StandardCharsets.UTF_8));
        return expected().startsWith(seen.toString()) ? null : "command " + id + " printed otherwise: " + seen;
    }

    private @Nullable String ended(JsonNode data) {
        end = data.path("cause").asString("");
        if (end.startsWith("sandbox-")) return null;
        if (!end.equals("exited") || data.path("exitCode").asInt(-1) != code) {
            return "command " + id + " ended as " + data + " instead of with code " + code;
        }
        return seen.toString().equals(expected()) ? null : "command " + id + " lost output: has " + seen;
    }

    synchronized String cause() {
        return end == null ? "" : end;
    }
}

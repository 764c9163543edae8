package dev.sandbar.client;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads server-sent events out of bytes that may be split anywhere. Lines end with LF, CR LF or CR. A comment is given
 * out as {@link SseFrame#COMMENT}, since it is a sign of life. An event without data is none. For one stream, one thread
 * at a time.
 */
final class SseParser {

    private final int limit;
    private final String name;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private String id = "";
    private String type = "";
    private boolean hasData;
    private boolean afterReturn;
    private boolean atStart = true;

    /**
     * @param limit most bytes of one event
     * @param name of the call, for errors
     */
    SseParser(int limit, String name) {
        this.limit = limit;
        this.name = name;
    }

    /** The events that end within these bytes; {@link SandboxTransportException.Malformed} for one that is too large. */
    List<SseFrame> take(byte[] bytes) {
        List<SseFrame> frames = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            boolean skipped = afterReturn && bytes[i] == '\n';
            afterReturn = bytes[i] == '\r';
            if (bytes[i] != '\n' && bytes[i] != '\r') continue;
            if (!skipped) {
                keep(bytes, start, i);
                endLine(frames);
            }
            start = i + 1;
        }
        keep(bytes, start, bytes.length);
        return frames;
    }

    private void keep(byte[] bytes, int start, int end) {
        if (line.size() + data.length() + end - start > limit) {
            throw Wire.malformed(name, "one of its events has more than " + limit + " bytes");
        }
        line.write(bytes, start, end - start);
    }

    private void endLine(List<SseFrame> frames) {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (atStart && text.startsWith("\uFEFF")) text = text.substring(1);
        atStart = false;
        if (text.isEmpty()) endEvent(frames);
        else if (text.charAt(0) == ':') frames.add(SseFrame.COMMENT);
        else field(text);
    }

    private void field(String text) {
        int colon = text.indexOf(':');
        String field = colon < 0 ? text : text.substring(0, colon);
        String rest = colon < 0 ? "" : text.substring(colon + 1);
        String value = rest.startsWith(" ") ? rest.substring(1) : rest;
        switch (field) {
            case "id" -> id = value.indexOf('\0') < 0 ? value : id;
            case "event" -> type = value;
            case "data" -> {
                if (hasData) data.append('\n');
                hasData = true;
                data.append(value);
            }
            default -> {
                // Others, such as "retry", mean nothing here.
            }
        }
    }

    private void endEvent(List<SseFrame> frames) {
        if (hasData) frames.add(new SseFrame(id, type, data.toString()));
        data.setLength(0);
        hasData = false;
        type = "";
    }
}

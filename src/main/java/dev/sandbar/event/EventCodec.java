package dev.sandbar.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sandbar.store.LogEntry;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Events as they are stored, {@code {"type","time","version",…}}, and as frames, with their sequence number. From one to
 * the other nothing is parsed.
 */
final class EventCodec {

    static final int CONTENT_MAX = 64 * 1024;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);
    private static final Pattern TYPE = Pattern.compile("[a-z0-9_.-]{1,64}");
    private static final Set<String> OURS = Set.of("type", "seq", "time", "version");
    private static final String BEFORE_TYPE = "{\"type\":\"";

    private final JsonMapper mapper;
    private final Clock clock;
    private final LongAdder encoded = new LongAdder();

    EventCodec(JsonMapper mapper, Clock clock) {
        this.mapper =
                mapper.rebuild().disable(SerializationFeature.INDENT_OUTPUT).build();
        this.clock = clock;
    }

    byte[] content(String type, Map<String, ?> data) {
        if (!TYPE.matcher(type).matches()) throw new IllegalArgumentException("not a type of event: " + type);
        if (data.keySet().stream().anyMatch(OURS::contains)) {
            throw new IllegalArgumentException("an event's own data can't have any of " + OURS);
        }
        byte[] json = mapper.writeValueAsBytes(data);
        ByteArrayOutputStream content = new ByteArrayOutputStream(json.length + 100);
        content.writeBytes((BEFORE_TYPE + type + "\",\"time\":\"" + TIME.format(clock.instant()) + "\",\"version\":1")
                .getBytes(UTF_8));
        content.write(data.isEmpty() ? '}' : ',');
        content.write(json, 1, data.isEmpty() ? 0 : json.length - 1);
        if (content.size() > CONTENT_MAX) {
            throw new IllegalArgumentException("the event " + type + " has more than " + CONTENT_MAX + " bytes");
        }
        return content.toByteArray();
    }

    SseFrame frame(LogEntry entry) {
        encoded.increment();
        byte[] content = entry.content();
        int begin = BEFORE_TYPE.length();
        int end = begin;
        while (content[end] != '"') end++;
        String type = new String(content, begin, end - begin, UTF_8);
        String head = new String(content, 0, end + 1, UTF_8) + ",\"seq\":" + entry.sequence();
        return SseFrame.of(entry.sequence(), type, head, content, end + 1);
    }

    /** Says that these and what lies between them are gone. */
    SseFrame gap(long from, long to) {
        String json = BEFORE_TYPE + SseFrame.GAP + "\",\"seq\":" + to + ",\"time\":\"" + TIME.format(clock.instant())
                + "\",\"version\":1,\"from\":" + from + ",\"to\":" + to + "}";
        return SseFrame.of(to, SseFrame.GAP, json.getBytes(UTF_8));
    }

    /** How many frames of events were made so far. */
    long encoded() {
        return encoded.sum();
    }
}

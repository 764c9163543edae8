package dev.sandbar.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A session's events, as they come. */
final class Story implements AutoCloseable {

    private static final String LAST = "session.ended";

    private final Stream<String> stream;
    private final Iterator<String> lines;

    Story(HttpResponse<Stream<String>> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        this.stream = response.body();
        this.lines = stream.iterator();
    }

    /** One event; its number is that of the frame. */
    record Event(long seq, String type, JsonNode data) {

        String text(String field) {
            return data.path(field).asString("");
        }

        Instant time() {
            return Instant.parse(text("time"));
        }
    }

    /** Events up to the first of this type. */
    List<Event> until(String type) {
        return until(event -> event.type().equals(type));
    }

    List<Event> until(Predicate<Event> last) {
        List<Event> told = new ArrayList<>();
        do {
            Event event = next();
            if (event == null)
                throw new AssertionError("The stream ends, and what was waited for isn't there: " + told);
            told.add(event);
        } while (!last.test(told.get(told.size() - 1)));
        return told;
    }

    /** All events of a session that has ended; numbered from 1, without a gap or a repetition. */
    List<Event> whole() {
        List<Event> told = until(LAST);
        assertThat(told)
                .extracting(Event::seq)
                .isEqualTo(Stream.iterate(1L, n -> n + 1).limit(told.size()).toList());
        assertThat(told).allMatch(event -> event.data().path("seq").asLong(0) == event.seq());
        assertEndsOnce(told);
        return told;
    }

    /** Each tool call that has begun has one end, and each end a beginning before it. */
    private static void assertEndsOnce(List<Event> told) {
        List<String> begun = calls(told, "tool.start");
        assertThat(calls(told, "tool.end")).as("%s", told).containsExactlyInAnyOrderElementsOf(begun);
    }

    private static List<String> calls(List<Event> told, String type) {
        return of(told, type).stream().map(event -> event.text("toolCallID")).toList();
    }

    static List<Event> of(List<Event> told, String type) {
        return told.stream().filter(event -> event.type().equals(type)).toList();
    }

    static List<String> types(List<Event> told) {
        return told.stream().map(Event::type).toList();
    }

    /** All output together. */
    static String said(List<Event> told) {
        return of(told, "tool.output").stream().map(event -> event.text("text")).collect(Collectors.joining());
    }

    /** Null when the stream has ended. */
    private @Nullable Event next() {
        long id = -1;
        String type = "";
        String data = "";
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.isEmpty() && !data.isEmpty()) {
                return new Event(id, type, JsonMapper.shared().readTree(data));
            }
            if (line.startsWith("id:")) id = Long.parseLong(line.substring(3).strip());
            if (line.startsWith("event:")) type = line.substring(6).strip();
            if (line.startsWith("data:")) data = line.substring(5).strip();
        }
        return null;
    }

    @Override
    public void close() {
        stream.close();
    }
}

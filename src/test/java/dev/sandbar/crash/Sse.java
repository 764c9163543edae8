package dev.sandbar.crash;

import java.util.Iterator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Server-sent events, read line by line. */
final class Sse implements AutoCloseable {

    record Event(long id, String type, String data) {}

    private final Stream<String> stream;
    private final Iterator<String> lines;

    Sse(Stream<String> stream) {
        this.stream = stream;
        this.lines = stream.iterator();
    }

    /** The next event; null when the stream has ended. */
    @Nullable Event next() {
        long id = -1;
        String type = "";
        String data = "";
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.isEmpty() && !data.isEmpty()) return new Event(id, type, data);
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

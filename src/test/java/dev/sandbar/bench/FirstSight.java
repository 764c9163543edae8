package dev.sandbar.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Notes when something comes in a stream for the first time. */
final class FirstSight implements Bodies.Taker {

    private final StringBuilder seen = new StringBuilder();
    private final String mark;
    private final long start;
    private double millis = -1;

    FirstSight(String mark, long start) {
        this.mark = mark;
        this.start = start;
    }

    @Override
    public void take(ByteBuffer piece) {
        seen.append(StandardCharsets.ISO_8859_1.decode(piece.duplicate()));
        if (millis < 0 && seen.indexOf(mark) >= 0) millis = (System.nanoTime() - start) / 1e6;
    }

    void into(Samples times) throws IOException {
        if (millis < 0) throw new IOException("no " + mark + " in " + seen);
        times.add(millis);
    }
}

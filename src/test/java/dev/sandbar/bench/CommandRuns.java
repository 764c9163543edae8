package dev.sandbar.bench;

import dev.sandbar.bench.Api.Handle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Running a command, and how soon its output comes, over HTTP against over the agent's socket. */
final class CommandRuns {

    private static final List<String> TRUE = List.of("/bin/true");
    private static final Pattern STDOUT = Pattern.compile("\"stdout\":\"([A-Za-z0-9+/=]+)\"");

    /** Each line is the moment at which it is written, in microseconds. */
    private static final List<String> CLOCK = List.of(
            "/bin/bash", "-c", "for i in {1..20}; do printf '%s\\n' \"${EPOCHREALTIME/[.,]/}\"; sleep 0.02; done");

    private final Target target;

    CommandRuns(Target target) {
        this.target = target;
    }

    Row shortest() throws IOException {
        Samples ours = new Samples();
        Samples floor = new Samples();
        try (Api api = target.connect()) {
            Handle sandbox = api.create();
            for (int i = 0; i < target.times(1000, 6000); i++) {
                long start = System.nanoTime();
                AgentSocket.run(target.socket(sandbox), TRUE, output -> {});
                floor.addMillisSince(start);
                start = System.nanoTime();
                api.run(sandbox, TRUE);
                ours.addMillisSince(start);
            }
            api.kill(sandbox);
        }
        return Row.times("true, against the agent's socket", ours, floor, 4, 5);
    }

    Row firstByte() throws IOException {
        Samples ours = new Samples();
        Samples beside = new Samples();
        try (Api api = target.connect()) {
            Handle sandbox = api.create();
            for (int i = 0; i < target.times(5, 40); i++) {
                AgentSocket.run(target.socket(sandbox), CLOCK, piece -> noteArrival(text(piece), beside));
                api.stream(sandbox, CLOCK, piece -> noteEnvelopes(text(piece), ours));
            }
            api.kill(sandbox);
        }
        return Row.limit("output, after it was written", ours, beside, 5);
    }

    private static void noteEnvelopes(String text, Samples delays) {
        Matcher output = STDOUT.matcher(text);
        while (output.find()) {
            noteArrival(new String(Base64.getDecoder().decode(output.group(1)), StandardCharsets.US_ASCII), delays);
        }
    }

    private static void noteArrival(String lines, Samples delays) {
        Instant now = Instant.now();
        for (String line : lines.lines().toList()) {
            Instant written = Instant.EPOCH.plus(Long.parseLong(line), ChronoUnit.MICROS);
            delays.add(Duration.between(written, now).toNanos() / 1e6);
        }
    }

    private static String text(ByteBuffer piece) {
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}

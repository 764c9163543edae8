package dev.sandbar.soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a service process holds.
 *
 * @param descriptors open file descriptors
 * @param heapKiB live objects after a full collection
 * @param threads threads
 */
public record Vitals(long descriptors, long heapKiB, long threads) {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    /** What collectors put into gaps that they don't close: counted like objects. */
    private static final Pattern FILLER = Pattern.compile("(?m)\\s(\\d+)\\s+\\S*jdk\\.internal\\.vm\\.Filler");

    public static Vitals of(long pid) throws IOException {
        return new Vitals(entries(pid, "fd"), liveBytes(pid) / 1024, entries(pid, "task"));
    }

    private static long entries(long pid, String what) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc/" + pid + "/" + what))) {
            return entries.count();
        }
    }

    /** The histogram counts only what a full collection has left. */
    private static long liveBytes(long pid) throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher total = TOTAL.matcher(text);
        if (!total.find()) {
            throw new IOException("no total in what jcmd says: " + text);
        }
        long live = Long.parseLong(total.group(1));
        Matcher filler = FILLER.matcher(text);
        while (filler.find()) {
            live -= Long.parseLong(filler.group(1));
        }
        return live;
    }
}

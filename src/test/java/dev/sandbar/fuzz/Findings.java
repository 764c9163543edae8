package dev.sandbar.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** How requests were answered, and what may not have come. Thread-safe. */
final class Findings {

    private static final int MOST_TOLD = 20;
    private static final List<String> TRACES = List.of("\tat ", "Exception", "java.lang.", "reactor.", "io.netty");

    private final Map<Integer, AtomicInteger> statuses = new ConcurrentSkipListMap<>();
    private final List<String> found = new CopyOnWriteArrayList<>();
    private final List<String> hostPaths;

    Findings(List<String> hostPaths) {
        this.hostPaths = hostPaths;
    }

    void judge(byte[] request, FuzzConnection.Answer answer) {
        statuses.computeIfAbsent(answer.status(), none -> new AtomicInteger()).incrementAndGet();
        if (answer.status() == 500) add("status 500", request, answer.text());
        for (String path : hostPaths) {
            if (answer.text().contains(path)) add("a path of the host: " + path, request, answer.text());
        }
        for (String trace : TRACES) {
            if (answer.text().contains(trace)) add("a trace", request, answer.text());
        }
    }

    void add(String what, byte[] request, String answer) {
        if (found.size() >= MOST_TOLD) return;
        found.add(what + "\n    " + printable(new String(request, ISO_8859_1)) + "\n    " + printable(answer));
    }

    /** What went wrong beside the requests. */
    void add(String what) {
        if (found.size() < MOST_TOLD) found.add(what);
    }

    /** What the service's log says of failures that nobody expected, with what it says next. */
    void addFailures(String log) {
        List<String> lines = log.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean failure = line.contains(" ERROR ") || line.contains("LEAK:");
            if (failure) add("log: " + String.join("\n    ", lines.subList(i, Math.min(lines.size(), i + 12))));
            if (line.contains("\tat ") && found.isEmpty()) add("log: " + line);
        }
    }

    boolean none() {
        return found.isEmpty();
    }

    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.chars()
                .limit(3000)
                .forEach(c -> printable.append(
                        c >= ' ' && c <= '~' ? String.valueOf((char) c) : String.format("\\x%02x", c)));
        return printable.toString();
    }

    @Override
    public String toString() {
        return "by status (0: closed without an answer): " + statuses
                + (found.isEmpty() ? "" : "\n" + String.join("\n", found));
    }
}

package dev.sandbar.web.control;

import dev.sandbar.runtime.Usage;
import dev.sandbar.sandbox.Reading;
import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Owners;
import dev.sandbar.web.http.Times;
import java.time.Clock;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** What a sandbox uses. Only the present is known: it is the one entry of every range that it lies in. */
final class MetricsHandler {

    private static final Pattern SECONDS = Pattern.compile("\\d{1,15}");

    private final Sandboxes sandboxes;
    private final Json json;
    private final Clock clock;

    MetricsHandler(Sandboxes sandboxes, Json json, Clock clock) {
        this.sandboxes = sandboxes;
        this.json = json;
        this.clock = clock;
    }

    /** One moment; sizes in bytes. */
    record Metric(
            String timestamp,
            long timestampUnix,
            int cpuCount,
            double cpuUsedPct,
            long memUsed,
            long memTotal,
            long memCache,
            long diskUsed,
            long diskTotal) {

        static Metric of(Reading reading) {
            Usage usage = reading.usage();
            return new Metric(
                    Times.text(reading.from()),
                    reading.from().getEpochSecond(),
                    reading.cpus(),
                    reading.cpuPercent(),
                    usage.memoryUsed(),
                    usage.memoryTotal(),
                    usage.memoryCache(),
                    usage.diskUsed(),
                    usage.diskTotal());
        }
    }

    Mono<ServerResponse> get(ServerRequest request) {
        Sandbox sandbox = sandboxes.get(Owners.of(request), request.pathVariable("id"));
        long start = seconds(request, "start", 0);
        long end = seconds(request, "end", Long.MAX_VALUE);
        if (start > end) throw ApiException.invalid("\"start\" must not be after \"end\"");
        long now = clock.instant().getEpochSecond();
        boolean wanted = start <= now && now <= end;
        Mono<List<Metric>> metrics =
                wanted ? sandboxes.measure(sandbox.id()).map(Metric::of).map(List::of) : Mono.just(List.of());
        return metrics.flatMap(list -> json.answer(ServerResponse.ok(), list));
    }

    private static long seconds(ServerRequest request, String name, long otherwise) {
        String text = request.queryParams().getFirst(name);
        if (text == null || text.isEmpty()) return otherwise;
        if (SECONDS.matcher(text).matches()) return Long.parseLong(text);
        throw ApiException.invalid("\"" + name + "\" must be a time in whole seconds since 1970");
    }
}

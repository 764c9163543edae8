package dev.sandbar.web.data;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sandbar.runtime.Usage;
import dev.sandbar.sandbox.Reading;

/** What a sandbox uses, in the words of E2B's agent; sizes in bytes where no unit is named. */
record MetricsView(
        long ts,
        @JsonProperty("cpu_count") int cpuCount,
        @JsonProperty("cpu_used_pct") double cpuUsedPct,
        @JsonProperty("mem_total") long memTotal,
        @JsonProperty("mem_used") long memUsed,
        @JsonProperty("mem_cache") long memCache,
        @JsonProperty("mem_total_mib") long memTotalMib,
        @JsonProperty("mem_used_mib") long memUsedMib,
        @JsonProperty("disk_used") long diskUsed,
        @JsonProperty("disk_total") long diskTotal) {

    private static final long MIB = 1024 * 1024;

    static MetricsView of(Reading reading) {
        Usage usage = reading.usage();
        return new MetricsView(
                usage.at().getEpochSecond(),
                reading.cpus(),
                reading.cpuPercent(),
                usage.memoryTotal(),
                usage.memoryUsed(),
                usage.memoryCache(),
                usage.memoryTotal() / MIB,
                usage.memoryUsed() / MIB,
                usage.diskUsed(),
                usage.diskTotal());
    }
}

package dev.sandbar.client;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox as its server describes it.
 *
 * @param state {@code running} or {@code paused}
 * @param endAt when it is ended unless it is renewed
 */
public record SandboxInfo(
        String id,
        String template,
        String state,
        @Nullable Instant startedAt,
        @Nullable Instant endAt,
        int cpus,
        int memoryMiB,
        int diskMiB,
        Map<String, String> metadata) {

    /** As it comes. */
    record View(
            @Nullable String sandboxID,
            @Nullable String templateID,
            @Nullable String state,
            @Nullable String startedAt,
            @Nullable String endAt,
            @Nullable Integer cpuCount,
            @Nullable Integer memoryMB,
            @Nullable Integer diskSizeMB,
            @Nullable Map<String, String> metadata,
            @Nullable String envdAccessToken) {

        private static final String WHAT = "A sandbox";

        String id() {
            return Wire.required(sandboxID, "sandboxID", WHAT);
        }

        SandboxInfo toInfo() {
            return new SandboxInfo(
                    id(),
                    templateID == null ? "" : templateID,
                    state == null ? "running" : state,
                    Wire.time(startedAt, WHAT),
                    Wire.time(endAt, WHAT),
                    number(cpuCount),
                    number(memoryMB),
                    number(diskSizeMB),
                    metadata == null ? Map.of() : Map.copyOf(metadata));
        }

        private static int number(@Nullable Integer value) {
            return value == null ? 0 : value;
        }

        /** Leaves the token out. */
        @Override
        public String toString() {
            return "View[" + sandboxID + "]";
        }
    }

    public SandboxInfo {
        metadata = Map.copyOf(metadata);
    }
}

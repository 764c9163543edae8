package dev.sandbar.web.control;

import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.web.http.Times;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A sandbox as listed (without the nullable fields) or described. */
record SandboxDetail(
        String sandboxID,
        String templateID,
        String alias,
        String clientID,
        String startedAt,
        String endAt,
        int cpuCount,
        int memoryMB,
        int diskSizeMB,
        String state,
        String envdVersion,
        Map<String, String> metadata,
        List<Object> volumeMounts,
        @Nullable String envdAccessToken,
        @Nullable Boolean allowInternetAccess,
        @Nullable Lifecycle lifecycle) {

    record Lifecycle(boolean autoResume, String onTimeout) {}

    static SandboxDetail listed(Sandbox sandbox) {
        return of(sandbox, null, null, null);
    }

    static SandboxDetail described(Sandbox sandbox, @Nullable String token) {
        return of(sandbox, token, false, new Lifecycle(false, "kill"));
    }

    private static SandboxDetail of(
            Sandbox sandbox, @Nullable String token, @Nullable Boolean internet, @Nullable Lifecycle lifecycle) {
        return new SandboxDetail(
                sandbox.id(),
                sandbox.template(),
                sandbox.template(),
                SandboxView.CLIENT_ID,
                Times.text(sandbox.startedAt()),
                Times.text(sandbox.endAt()),
                sandbox.limits().cpus(),
                sandbox.limits().memoryMiB(),
                sandbox.limits().diskMiB(),
                "running",
                SandboxView.ENVD_VERSION,
                sandbox.metadata(),
                List.of(),
                token,
                internet,
                lifecycle);
    }
}

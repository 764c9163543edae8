package dev.sandbar.session;

import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.ProcessSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Processes that the service itself runs in sandboxes. */
final class Shell {

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME",
            "/home/user",
            "LC_ALL",
            "C");
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final int COMPLAINTS = 10;

    private Shell() {}

    static ProcessSpec process(String script, FileOwner user, boolean stdin) {
        return new ProcessSpec(
                "carry-" + UUID.randomUUID(),
                List.of("/bin/sh", "-c", script),
                ENVIRONMENT,
                "/home/user",
                user,
                stdin,
                LIMIT);
    }

    /** Remembers the first words on standard error. */
    static void keep(List<String> complaints, byte[] bytes) {
        if (complaints.size() < COMPLAINTS) {
            complaints.add(new String(bytes, StandardCharsets.UTF_8).strip());
        }
    }
}

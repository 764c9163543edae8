package dev.sandbar.bench;

import dev.sandbar.bench.Api.Handle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Mixed load, so that the compilers of both sides are done before anything is measured. */
final class WarmUp {

    private WarmUp() {}

    static void run(Target target, Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        try (Api api = target.connect()) {
            while (System.nanoTime() < end) {
                Handle sandbox = api.create();
                use(api, sandbox, target.socket(sandbox));
                api.kill(sandbox);
            }
        }
    }

    private static void use(Api api, Handle sandbox, Path socket) throws IOException {
        for (int i = 0; i < 20; i++) {
            api.run(sandbox, List.of("/bin/true"));
            AgentSocket.run(socket, List.of("/bin/true"), output -> {});
        }
        api.run(sandbox, List.of("/usr/bin/head", "-c", "4M", "/dev/zero"));
    }
}

package dev.sandbar.bench;

import java.io.IOException;
import java.time.Duration;

/** Mixed load of sessions, so that the compilers are done with them before anything is measured. */
final class SessionWarmUp {

    private SessionWarmUp() {}

    static void run(Target target, Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        try (SessionApi api = new SessionApi(target)) {
            while (System.nanoTime() < end) {
                String session = api.open();
                api.bash(session, "echo warm", piece -> {});
                for (int i = 0; i < 20; i++) {
                    api.rename(session, "warm " + i);
                    api.bash(session, "true");
                }
                api.end(session);
            }
        }
    }
}

package dev.sandbar.bench;

import dev.sandbar.bench.Memory.Held;
import dev.sandbar.bench.Memory.Load;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What idle sessions hold, without and with their sandboxes, beside what sandboxes alone hold that have ended, or idle. */
final class SessionMemory {

    private final Target target;
    private final Memory memory;

    SessionMemory(Target target, Memory memory) {
        this.target = target;
        this.memory = memory;
    }

    List<Row> measure() throws IOException {
        int rounds = target.times(1, 2);
        try (SessionApi api = new SessionApi(target);
                Memory.Sandboxes sandboxes = new Memory.Sandboxes(target.connect())) {
            double alone = memory.heap(new Sessions(api, true, new ArrayList<>()), rounds);
            double ended = memory.heap(new EndedSandboxes(sandboxes), rounds);
            Held with = memory.held(new Sessions(api, false, new ArrayList<>()), rounds);
            Held plain = memory.held(sandboxes, rounds);
            return List.of(
                    Row.note(
                            "heap of a session whose sandbox has ended",
                            Row.format("%.1f KiB", alone),
                            Row.format("%.1f KiB", ended)),
                    Row.note(
                            "memory of an idle session and its sandbox",
                            Row.format("%.2f MiB", with.each()),
                            Row.format("%.2f MiB", plain.each())),
                    Row.note("  of that its processes and the service", parts(with), parts(plain)));
        }
    }

    private static String parts(Held held) {
        return Row.format("%.2f + %.2f MiB", held.processes(), held.service());
    }

    /** Sessions with a sandbox each, or whose sandboxes have ended. */
    private record Sessions(SessionApi api, boolean tornDown, List<String> made) implements Load {

        @Override
        public void begin(int count) throws IOException {
            for (int i = 0; i < count; i++) {
                String session = api.open();
                made.add(session);
                api.await(session, "ready");
                if (tornDown) api.tearDown(session);
            }
            if (tornDown) api.awaitNone();
        }

        @Override
        public void end() throws IOException {
            for (String session : made) {
                api.end(session);
            }
            made.clear();
        }
    }

    /** What is remembered of sandboxes, which each session without one has had too. */
    private record EndedSandboxes(Load sandboxes) implements Load {

        @Override
        public void begin(int count) throws IOException {
            sandboxes.begin(count);
            sandboxes.end();
        }

        @Override
        public void end() {}
    }
}

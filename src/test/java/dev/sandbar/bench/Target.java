package dev.sandbar.bench;

import dev.sandbar.bench.Api.Handle;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * The service that is measured.
 *
 * @param run where it keeps its sandboxes' sockets
 * @param pid its process
 * @param brief whether a rough answer is enough
 */
record Target(URI address, String key, String instance, Path run, long pid, boolean brief) {

    Api connect() throws IOException {
        return new Api(address, key);
    }

    Path socket(Handle sandbox) {
        return run.resolve(sandbox.id()).resolve("agent.sock");
    }

    /** How often something is done. */
    int times(int inBrief, int inFull) {
        return brief ? inBrief : inFull;
    }
}

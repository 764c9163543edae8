package dev.sandbar.server;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sandbar.web.wire.ConnectionSettings;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many of the files that this process may open are left to its clients' connections. */
final class Descriptors {

    private static final Logger log = LoggerFactory.getLogger(Descriptors.class);

    /** The JVM, its jars, the store, the journals, and what is being made and ended at once. */
    private static final int SERVICE = 256;

    /** The agent's socket, and the output of its commands. */
    private static final int EACH_SANDBOX = 2;

    private static final int FEWEST = 64;

    private Descriptors() {}

    /** Of the limit half at least: sandboxes may be many, but hardly all at once. */
    static int forConnections(int sandboxes) {
        return forConnections(limit(), sandboxes);
    }

    static int forConnections(long limit, int sandboxes) {
        long reserve = Math.min(limit / 2, SERVICE + (long) EACH_SANDBOX * sandboxes);
        return (int) Math.max(FEWEST, Math.min(Integer.MAX_VALUE, limit - reserve));
    }

    private static long limit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Integer.MAX_VALUE;
    }

    /** With no more connections than there is room for. */
    static ConnectionSettings within(ConnectionSettings asked, int room) {
        if (asked.most() <= room) return asked;
        log.warn(
                "Of {} connections (sandbar.http.connections) only {} are accepted: this process may open {} files;"
                        + " raise that limit (ulimit -n) for more",
                asked.most(),
                room,
                limit());
        return asked.withMost(room);
    }
}

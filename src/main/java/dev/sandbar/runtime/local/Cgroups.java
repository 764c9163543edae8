package dev.sandbar.runtime.local;

import dev.sandbar.runtime.RuntimeCapabilities.Layer;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.runtime.Strain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Groups of processes with limits, one for each sandbox of this instance. All methods block on files, may be called
 * from any thread for different sandboxes, and do nothing for a group that isn't there.
 */
interface Cgroups {

    String MEMORY = "cgroup-memory";
    String CPU = "cgroup-cpu";
    String PIDS = "cgroup-pids";
    String SOCKETS = "socket-memory";

    /**
     * What the kernel has charged to a group.
     *
     * @param memory bytes that can't be taken back
     * @param cache bytes of file cache that can
     * @param most bytes that it may have of both
     */
    record Charges(Duration cpu, long memory, long cache, long most) {}

    /** Which of the limits are enforced. */
    Map<String, Layer> layers();

    /** Makes the group and answers the directories that the first process has to join. */
    List<Path> create(String sandboxId, Limits limits) throws IOException;

    /** Processes that live in the group now; zombies don't count. */
    List<Long> processes(String sandboxId) throws IOException;

    /** Sends SIGKILL to everything in the group, without waiting for the end. */
    void kill(String sandboxId) throws IOException;

    /**
     * What has been charged to the group; throws {@link dev.sandbar.runtime.UsageUnknownException} where nothing counts
     * it, and {@link IOException} for a group that isn't there.
     */
    Charges charges(String sandboxId) throws IOException;

    /** How often its limits were met; throws like {@link #charges}. */
    Strain strain(String sandboxId) throws IOException;

    /** Removes an empty group; throws while the kernel still holds something of it. */
    void remove(String sandboxId) throws IOException;

    /** Sandboxes that have a group now. */
    Set<String> known() throws IOException;

    /** Removes this instance's own groups where no sandbox lives in them any more. */
    void close();
}

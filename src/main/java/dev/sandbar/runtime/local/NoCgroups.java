package dev.sandbar.runtime.local;

import dev.sandbar.runtime.RuntimeCapabilities.Layer;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.runtime.Strain;
import dev.sandbar.runtime.UsageUnknownException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the host allows no groups: limits are per process or per user only. A sandbox's processes end with its process
 * 1, which is found, like what launches it, by the mark in its command line.
 */
final class NoCgroups implements Cgroups {

    private static final String FIX = "run the service as root, or in a delegated group: systemd-run --user --scope -p"
            + " Delegate=yes make run";

    private final MarkedProcesses marked;

    NoCgroups(MarkedProcesses marked) {
        this.marked = marked;
    }

    static Layer reduced(String reason) {
        return Layer.off(reason, FIX);
    }

    @Override
    public Map<String, Layer> layers() {
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put(MEMORY, reduced("no writable cgroup: memory is limited for each process, not for the sandbox"));
        layers.put(CPU, reduced("no writable cgroup: processors are not limited"));
        layers.put(PIDS, reduced("no writable cgroup: processes are limited for each of the sandbox's users"));
        layers.put(SOCKETS, reduced("no writable cgroup: what sockets keep is not limited"));
        return layers;
    }

    @Override
    public List<Path> create(String sandboxId, Limits limits) {
        return List.of();
    }

    @Override
    public List<Long> processes(String sandboxId) throws IOException {
        return marked.of(sandboxId);
    }

    @Override
    public void kill(String sandboxId) throws IOException {
        marked.of(sandboxId).forEach(CgroupFiles::kill);
    }

    @Override
    public Charges charges(String sandboxId) {
        throw new UsageUnknownException("nothing counts what a sandbox uses without a writable cgroup: " + FIX);
    }

    @Override
    public Strain strain(String sandboxId) {
        throw new UsageUnknownException("nothing counts how often limits are met without a writable cgroup: " + FIX);
    }

    @Override
    public void remove(String sandboxId) {
        // there is nothing
    }

    @Override
    public Set<String> known() throws IOException {
        return marked.sandboxes();
    }

    @Override
    public void close() {
        // there is nothing
    }
}

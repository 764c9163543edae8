package dev.sandbar.runtime.local;

import dev.sandbar.runtime.RuntimeCapabilities.Layer;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.runtime.Strain;
import dev.sandbar.runtime.UsageUnknownException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** cgroup v2: one group with all limits, below a group that this service may write to. */
final class CgroupV2 implements Cgroups {

    private static final Logger log = LoggerFactory.getLogger(CgroupV2.class);
    private static final int PERIOD_MICROS = 100_000;

    private final Path parent;
    private final Set<String> controllers;

    private CgroupV2(Path parent, Set<String> controllers) {
        this.parent = parent;
        this.controllers = controllers;
    }

    /**
     * Makes the instance's own group and hands the controllers down to it. A group with controllers for its children
     * can't hold processes, so those of a delegated base (this service's own) first move into a leaf beside.
     *
     * @param base the top of the hierarchy, or a group that was delegated to this service
     * @return null where the group can't be made or has no controller of use
     */
    static @Nullable CgroupV2 open(Path base, String instance) {
        Path parent = base.resolve("sandbar-" + instance);
        @Nullable CgroupV2 found = null;
        try {
            Files.createDirectories(parent);
            Set<String> wanted = Set.of("memory", "cpu", "pids");
            if (!available(parent).containsAll(available(base, wanted))) {
                if (Files.exists(base.resolve("cgroup.type"))) leave(base); // the top has no type and may keep its own
                handDown(base, wanted);
            }
            Set<String> given = available(parent, wanted);
            handDown(parent, given);
            if (given.contains("memory") || given.contains("pids")) found = new CgroupV2(parent, given);
        } catch (IOException refused) {
            log.debug("No group for sandboxes below {}", base, refused);
        }
        if (found == null) CgroupFiles.removeIfEmpty(parent);
        return found;
    }

    @Override
    public Map<String, Layer> layers() {
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put(MEMORY, layer("memory"));
        layers.put(CPU, layer("cpu"));
        layers.put(PIDS, layer("pids"));
        layers.put(SOCKETS, layer("memory")); // is a part of it
        return layers;
    }

    @Override
    public List<Path> create(String sandboxId, Limits limits) throws IOException {
        Path group = Files.createDirectory(parent.resolve(sandboxId));
        if (controllers.contains("memory")) {
            CgroupFiles.write(group, "memory.max", limits.memoryMiB() * 1024L * 1024L);
            if (CgroupFiles.has(group, "memory.swap.max")) CgroupFiles.write(group, "memory.swap.max", 0);
            CgroupFiles.write(group, "memory.oom.group", 0); // the hog dies, not the whole sandbox
        }
        if (controllers.contains("cpu")) {
            CgroupFiles.write(group, "cpu.max", (long) PERIOD_MICROS * limits.cpus() + " " + PERIOD_MICROS);
        }
        if (controllers.contains("pids")) CgroupFiles.write(group, "pids.max", limits.processes());
        return List.of(group);
    }

    @Override
    public List<Long> processes(String sandboxId) throws IOException {
        return CgroupFiles.processes(parent.resolve(sandboxId));
    }

    @Override
    public void kill(String sandboxId) throws IOException {
        Path group = parent.resolve(sandboxId);
        if (CgroupFiles.has(group, "cgroup.kill")) {
            CgroupFiles.write(group, "cgroup.kill", 1);
        } else { // kernels before 5.14; what forked meanwhile is met by the next round
            CgroupFiles.processes(group).forEach(CgroupFiles::kill);
        }
    }

    @Override
    public Charges charges(String sandboxId) throws IOException {
        if (!controllers.contains("memory")) {
            throw new UsageUnknownException("cgroup v2 offers no memory controller here");
        }
        Path group = parent.resolve(sandboxId);
        long cache = CgroupFiles.number(group, "memory.stat", "file");
        long files = Math.max(0, cache - CgroupFiles.number(group, "memory.stat", "shmem")); // /tmp stays
        long used = CgroupFiles.number(group, "memory.current");
        long micros = CgroupFiles.number(group, "cpu.stat", "usage_usec");
        long most = CgroupFiles.number(group, "memory.max");
        return new Charges(Duration.of(micros, ChronoUnit.MICROS), Math.max(0, used - files), files, most);
    }

    @Override
    public Strain strain(String sandboxId) throws IOException {
        Path group = parent.resolve(sandboxId);
        boolean memory = controllers.contains("memory");
        boolean pids = controllers.contains("pids");
        return new Strain(
                memory ? CgroupFiles.count(group, "memory.events", "oom_kill") : 0,
                pids ? CgroupFiles.count(group, "pids.events", "max") : 0);
    }

    @Override
    public void remove(String sandboxId) throws IOException {
        Files.deleteIfExists(parent.resolve(sandboxId));
    }

    @Override
    public Set<String> known() throws IOException {
        return CgroupFiles.children(parent);
    }

    @Override
    public void close() {
        CgroupFiles.removeIfEmpty(parent);
    }

    private Layer layer(String controller) {
        return controllers.contains(controller)
                ? Layer.on()
                : NoCgroups.reduced("cgroup v2 offers no " + controller + " controller here");
    }

    private static Set<String> available(Path group) throws IOException {
        return Set.of(
                Files.readString(group.resolve("cgroup.controllers")).strip().split("\\s+"));
    }

    private static Set<String> available(Path group, Set<String> wanted) throws IOException {
        Set<String> found = new TreeSet<>(available(group));
        found.retainAll(wanted);
        return found;
    }

    private static void leave(Path base) throws IOException {
        Path leaf = Files.createDirectories(base.resolve("sandbar-service"));
        for (long pid : CgroupFiles.processes(base)) {
            CgroupFiles.write(leaf, "cgroup.procs", pid);
        }
    }

    private static void handDown(Path group, Set<String> controllers) throws IOException {
        for (String controller : available(group, controllers)) {
            CgroupFiles.write(group, "cgroup.subtree_control", "+" + controller);
        }
    }
}

package dev.sandbar.runtime.local;

import dev.sandbar.runtime.RuntimeCapabilities.Layer;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.runtime.Strain;
import dev.sandbar.runtime.UsageUnknownException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** cgroup v1: one group in each of the hierarchies for memory, processors, their time, processes and freezing. */
final class CgroupV1 implements Cgroups {

    static final List<String> CONTROLLERS = List.of("memory", "cpu", "cpuacct", "pids", "freezer");
    private static final int PERIOD_MICROS = 100_000;
    private static final String SOCKET_LIMIT = "memory.kmem.tcp.limit_in_bytes";

    /** Of the memory, which sockets may take beside it. */
    private static final int SOCKET_PART = 4;

    private final Map<String, Path> parents;

    private CgroupV1(Map<String, Path> parents) {
        this.parents = parents;
    }

    /** Makes the instance's own group in each hierarchy; null where not even one for memory or processes can be made. */
    static @Nullable CgroupV1 open(Map<String, Path> hierarchies, String instance) {
        Map<String, Path> parents = new LinkedHashMap<>();
        for (String controller : CONTROLLERS) {
            Path hierarchy = hierarchies.get(controller);
            Path parent = hierarchy == null ? null : make(hierarchy.resolve("sandbar-" + instance));
            if (parent != null) parents.put(controller, parent);
        }
        if (parents.containsKey("memory") || parents.containsKey("pids")) return new CgroupV1(parents);
        parents.values().forEach(CgroupFiles::removeIfEmpty);
        return null;
    }

    private static @Nullable Path make(Path group) {
        try {
            return Files.createDirectories(group);
        } catch (IOException refused) {
            return null; // said in layers()
        }
    }

    @Override
    public Map<String, Layer> layers() {
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put(MEMORY, layer("memory"));
        layers.put(CPU, layer("cpu"));
        layers.put(PIDS, layer("pids"));
        layers.put(SOCKETS, sockets());
        return layers;
    }

    @Override
    public List<Path> create(String sandboxId, Limits limits) throws IOException {
        List<Path> groups = groups(sandboxId);
        for (Path group : groups) {
            Files.createDirectory(group);
        }
        limitMemory(sandboxId, limits.memoryMiB() * 1024L * 1024L);
        if (parents.containsKey("cpu")) {
            CgroupFiles.write(group("cpu", sandboxId), "cpu.cfs_period_us", PERIOD_MICROS);
            CgroupFiles.write(group("cpu", sandboxId), "cpu.cfs_quota_us", (long) PERIOD_MICROS * limits.cpus());
        }
        if (parents.containsKey("pids")) {
            CgroupFiles.write(group("pids", sandboxId), "pids.max", limits.processes());
        }
        return groups;
    }

    @Override
    public List<Long> processes(String sandboxId) throws IOException {
        Set<Long> all = new TreeSet<>(); // one that is about to join is in some of them only
        for (Path group : groups(sandboxId)) {
            all.addAll(CgroupFiles.processes(group));
        }
        return List.copyOf(all);
    }

    /** Frozen first, so that nothing forks between being read and being killed. */
    @Override
    public void kill(String sandboxId) throws IOException {
        freeze(sandboxId, "FROZEN");
        try {
            processes(sandboxId).forEach(CgroupFiles::kill);
        } finally {
            freeze(sandboxId, "THAWED");
        }
    }

    @Override
    public Charges charges(String sandboxId) throws IOException {
        if (!parents.containsKey("memory") || !parents.containsKey("cpuacct")) {
            throw new UsageUnknownException(
                    "the memory or the cpuacct hierarchy of cgroup v1 is missing or not writable");
        }
        Path memory = group("memory", sandboxId);
        long cache = CgroupFiles.number(memory, "memory.stat", "cache");
        long files = Math.max(0, cache - CgroupFiles.number(memory, "memory.stat", "shmem")); // /tmp stays
        long used = CgroupFiles.number(memory, "memory.usage_in_bytes");
        long nanos = CgroupFiles.number(group("cpuacct", sandboxId), "cpuacct.usage");
        long most = CgroupFiles.number(memory, "memory.limit_in_bytes");
        return new Charges(Duration.ofNanos(nanos), Math.max(0, used - files), files, most);
    }

    @Override
    public Strain strain(String sandboxId) throws IOException {
        long kills = 0;
        long refused = 0;
        if (parents.containsKey("memory")) {
            kills = CgroupFiles.count(group("memory", sandboxId), "memory.oom_control", "oom_kill");
        }
        if (parents.containsKey("pids")) {
            refused = CgroupFiles.count(group("pids", sandboxId), "pids.events", "max");
        }
        return new Strain(kills, refused);
    }

    @Override
    public void remove(String sandboxId) throws IOException {
        for (Path group : groups(sandboxId)) {
            Files.deleteIfExists(group);
        }
    }

    @Override
    public Set<String> known() throws IOException {
        Set<String> known = new HashSet<>();
        for (Path parent : parents.values()) {
            known.addAll(CgroupFiles.children(parent));
        }
        return known;
    }

    @Override
    public void close() {
        parents.values().forEach(CgroupFiles::removeIfEmpty);
    }

    private void limitMemory(String sandboxId, long bytes) throws IOException {
        if (!parents.containsKey("memory")) return;
        Path group = group("memory", sandboxId);
        CgroupFiles.write(group, "memory.limit_in_bytes", bytes);
        limitSockets(group, bytes);
        if (CgroupFiles.has(group, "memory.memsw.limit_in_bytes")) {
            CgroupFiles.write(group, "memory.memsw.limit_in_bytes", bytes);
        }
    }

    /** Version 1 doesn't count it as memory. */
    private void limitSockets(Path group, long memory) throws IOException {
        if (CgroupFiles.has(group, SOCKET_LIMIT)) CgroupFiles.write(group, SOCKET_LIMIT, memory / SOCKET_PART);
    }

    private Layer sockets() {
        Path memory = parents.get("memory");
        return memory != null && CgroupFiles.has(memory, SOCKET_LIMIT)
                ? Layer.on()
                : NoCgroups.reduced(
                        "what TCP and UDP keep for a sandbox is not limited: cgroup v1 has no " + SOCKET_LIMIT);
    }

    private void freeze(String sandboxId, String state) throws IOException {
        if (parents.containsKey("freezer") && Files.isDirectory(group("freezer", sandboxId))) {
            CgroupFiles.write(group("freezer", sandboxId), "freezer.state", state);
        }
    }

    private List<Path> groups(String sandboxId) {
        return parents.values().stream()
                .distinct()
                .map(parent -> parent.resolve(sandboxId))
                .toList();
    }

    private Path group(String controller, String sandboxId) {
        Path parent = parents.get(controller);
        if (parent == null) throw new IllegalArgumentException(controller);
        return parent.resolve(sandboxId);
    }

    private Layer layer(String controller) {
        return parents.containsKey(controller)
                ? Layer.on()
                : NoCgroups.reduced("the " + controller + " hierarchy of cgroup v1 is missing or not writable");
    }
}

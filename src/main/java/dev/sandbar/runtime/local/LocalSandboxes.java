package dev.sandbar.runtime.local;

import dev.sandbar.runtime.DiskUse;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.runtime.Strain;
import dev.sandbar.runtime.Usage;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Launches and destroys sandboxes, blocking. Everything that a sandbox has on the host is found by its name, so that
 * destroying needs no memory of the launch and can be tried again; ids are given back last.
 */
final class LocalSandboxes {

    private static final Logger log = LoggerFactory.getLogger(LocalSandboxes.class);
    private static final Duration LAUNCH_WITHIN = Duration.ofSeconds(15);
    private static final Duration END_WITHIN = Duration.ofSeconds(10);
    private static final Duration REMOVE_WITHIN = Duration.ofSeconds(60);
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(250);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final int IDS = 65536;

    private final RunDirectory run;
    private final HostIds ids;
    private final Cgroups cgroups;
    private final MarkedProcesses marked;
    private final LaunchLine line;
    private final ConcurrentMap<String, LocalSandbox> sandboxes = new ConcurrentHashMap<>();

    LocalSandboxes(RunDirectory run, HostIds ids, Cgroups cgroups, MarkedProcesses marked, LaunchLine line) {
        this.run = run;
        this.ids = ids;
        this.cgroups = cgroups;
        this.marked = marked;
        this.line = line;
    }

    /** Makes the sandbox known, so that it can be destroyed from now on. Doesn't block. */
    LocalSandbox add(String sandboxId) {
        LocalSandbox sandbox = new LocalSandbox(sandboxId);
        if (sandboxes.putIfAbsent(sandboxId, sandbox) != null) {
            throw new IllegalStateException("sandbox " + sandboxId + " exists already");
        }
        return sandbox;
    }

    /** Makes a sandbox of an earlier run known; false for one that is known already. Doesn't block. */
    boolean adopt(String sandboxId) {
        return sandboxes.putIfAbsent(sandboxId, new LocalSandbox(sandboxId)) == null;
    }

    /** It could not be adopted after all. */
    void disown(String sandboxId) {
        sandboxes.remove(sandboxId);
    }

    /** Returns when the agent inside is ready; after a failure, destroy. */
    void launch(LocalSandbox sandbox, Limits limits) throws IOException {
        sandbox.launch(() -> start(prepare(sandbox.id(), limits), sandbox::launching));
    }

    /** Takes ids, makes groups, and returns the command line that is to be run. */
    List<String> prepare(String sandboxId, Limits limits) throws IOException {
        SandboxIds own = ids.take(sandboxId);
        List<Path> groups = cgroups.create(sandboxId, limits);
        return line.of(sandboxId, own, groups, limits);
    }

    static void start(List<String> line, Consumer<Process> started) throws IOException {
        Programs.Result result = Programs.run(line, LAUNCH_WITHIN, started);
        if (result.exitCode() != 0) throw new IOException("launch failed: " + result.errors());
    }

    /** Returns when no process, group or file is left; throws with what is left. */
    void destroy(String sandboxId) throws IOException {
        LocalSandbox sandbox = sandboxes.computeIfAbsent(sandboxId, LocalSandbox::new);
        sandbox.destroy(() -> {
            endProcesses(sandboxId);
            removeFiles(sandboxId);
            ids.free(sandboxId);
            sandboxes.remove(sandboxId, sandbox);
        });
    }

    /** What it uses now, its disk being the file system of the run directory. */
    Usage usage(String sandboxId) throws IOException {
        Instant at = Instant.now();
        Cgroups.Charges charges = cgroups.charges(sandboxId);
        FileStore disk = Files.getFileStore(run.path());
        return new Usage(
                at,
                charges.cpu(),
                charges.memory(),
                charges.cache(),
                charges.most(),
                disk.getTotalSpace() - disk.getUnallocatedSpace(),
                disk.getTotalSpace());
    }

    /** How full that file system is, and who uses it. */
    DiskUse disk(boolean shares) throws IOException {
        return new DiskMeter(run, this::holder).look(shares);
    }

    private @Nullable String holder(long uid) {
        return sandboxes.keySet().stream()
                .filter(id -> holds(ids.of(id), uid))
                .findFirst()
                .orElse(null);
    }

    private static boolean holds(SandboxIds own, long uid) {
        return own instanceof SandboxIds.Range range && uid >= range.base() && uid < range.base() + IDS;
    }

    Strain strain(String sandboxId) throws IOException {
        return cgroups.strain(sandboxId);
    }

    /**
     * Sandboxes of this instance of which anything is on the host, except the kept ones and those that are known here.
     * Those of their processes that bear a mark are told to end, also where they are in no group.
     */
    Set<String> strangers(Set<String> keep) throws IOException {
        Map<String, List<Long>> processes = marked.all();
        Set<String> found = new HashSet<>(processes.keySet());
        found.addAll(cgroups.known());
        found.addAll(run.sandboxes());
        found.addAll(ids.holders());
        found.removeIf(id -> keep.contains(id) || sandboxes.containsKey(id) || !LocalRuntime.isSandboxId(id));
        for (String id : found) {
            processes.getOrDefault(id, List.of()).forEach(CgroupFiles::kill);
        }
        return found;
    }

    /** Leaves sandboxes as they are, and nothing where there are none. */
    void close() {
        cgroups.close();
        try {
            run.close();
        } catch (IOException left) {
            log.debug("The run directory stays", left);
        }
    }

    private void endProcesses(String sandboxId) throws IOException {
        long deadline = System.nanoTime() + END_WITHIN.toNanos();
        List<Long> left = cgroups.processes(sandboxId);
        for (int round = 0; !left.isEmpty(); round++) {
            if (System.nanoTime() > deadline) {
                throw new IOException("sandbox " + sandboxId + ": processes " + left + " could not be ended");
            }
            cgroups.kill(sandboxId);
            pause(round);
            left = cgroups.processes(sandboxId);
        }
        for (int round = 0; !removeGroup(sandboxId, deadline); round++) {
            pause(round);
        }
    }

    /** False while it is busy: what has ended is charged to it until it was reaped. */
    private boolean removeGroup(String sandboxId, long deadline) throws IOException {
        try {
            cgroups.remove(sandboxId);
            return true;
        } catch (IOException busy) {
            if (System.nanoTime() > deadline) throw busy;
            return false;
        }
    }

    private void removeFiles(String sandboxId) throws IOException {
        Path directory = run.sandbox(sandboxId);
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) return;
        List<String> command = List.of(
                run.agent().toString(),
                "remove",
                "--ids",
                ids.of(sandboxId).argument(),
                "--directory",
                directory.toString());
        Programs.Result result = Programs.run(command, REMOVE_WITHIN);
        if (result.exitCode() != 0) throw new IOException("sandbox " + sandboxId + ": " + result.errors());
    }

    private static void pause(int round) {
        LockSupport.parkNanos(Math.min(SHORTEST_PAUSE_NANOS << Math.min(round, 10), LONGEST_PAUSE_NANOS));
    }
}

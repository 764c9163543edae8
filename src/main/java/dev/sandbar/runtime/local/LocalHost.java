package dev.sandbar.runtime.local;

import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.runtime.RuntimeCapabilities.Layer;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.runtime.UnsupportedHostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What this host was found to give. */
record LocalHost(RunDirectory run, LocalSandboxes sandboxes, RuntimeCapabilities capabilities, String boot) {

    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)");
    private static final Path PROC = Path.of("/proc");
    private static final Limits TRIAL = new Limits(1, 128, 16, 64);

    /** Tries the best confinement first, and what is left where that fails. Blocks. */
    static LocalHost open(LocalSettings settings) {
        try {
            Path bubblewrap = bubblewrap();
            RunDirectory.makeOwn(settings.idDirectory(), "rwx------");
            RunDirectory run = RunDirectory.open(settings.runDirectory());
            OrphanedPrograms.end(PROC, run.agent());
            return Host.uid() == 0 ? asRoot(settings, run, bubblewrap) : asUser(settings, run, bubblewrap);
        } catch (IOException error) {
            throw new UnsupportedHostException("can't prepare " + settings.runDirectory() + ": " + error, error);
        }
    }

    private static LocalHost asRoot(LocalSettings settings, RunDirectory run, Path bubblewrap) throws IOException {
        UserNamespaces.require();
        SubordinateIds uids = SubordinateIds.read(Path.of("/etc/subuid"));
        SubordinateIds gids = SubordinateIds.read(Path.of("/etc/subgid"));
        HostIds ids = HostIds.ofRoot(settings, uids, gids, IdMap.read(PROC, "uid_map"), IdMap.read(PROC, "gid_map"));
        LocalHost host = of(settings, run, bubblewrap, ids, Layer.on());
        try {
            host.tryOut();
            return host;
        } catch (IOException failure) {
            throw UserNamespaces.explain(failure);
        }
    }

    private static LocalHost asUser(LocalSettings settings, RunDirectory run, Path bubblewrap) throws IOException {
        String name = System.getProperty("user.name");
        Optional<SubordinateIds.Entry> uids =
                SubordinateIds.read(Path.of("/etc/subuid")).of(name, Host.uid());
        Optional<SubordinateIds.Entry> gids =
                SubordinateIds.read(Path.of("/etc/subgid")).of(name, Host.uid());
        String missing = "no subordinate ids for " + name + " in /etc/subuid and /etc/subgid, or no newuidmap";
        if (uids.isPresent() && gids.isPresent() && Host.program("newuidmap").isPresent()) {
            HostIds pairs = HostIds.pairs(settings, uids.get(), gids.get());
            LocalHost host = of(settings, run, bubblewrap, pairs, Layer.on());
            try {
                host.tryOut();
                return host;
            } catch (IOException failure) {
                missing = String.valueOf(failure.getMessage());
            }
        }
        String fix = "apt-get install uidmap; usermod --add-subuids 200000-265535 --add-subgids 200000-265535 " + name;
        LocalHost host = of(settings, run, bubblewrap, HostIds.single(), Layer.off(missing, fix));
        try {
            host.tryOut();
            return host;
        } catch (IOException failure) {
            throw UserNamespaces.explain(failure);
        }
    }

    private static LocalHost of(LocalSettings settings, RunDirectory run, Path bubblewrap, HostIds ids, Layer idLayer)
            throws IOException {
        MarkedProcesses marked = new MarkedProcesses(PROC, settings.instance(), ids::ours);
        Cgroups cgroups = cgroups(settings, marked);
        Map<String, Layer> limits = cgroups.layers();
        LaunchLine line = new LaunchLine(run, bubblewrap, settings, limits, ids.root());
        LocalSandboxes sandboxes = new LocalSandboxes(run, ids, cgroups, marked, line);
        return new LocalHost(
                run,
                sandboxes,
                capabilities(ids, idLayer, limits),
                Files.readString(settings.bootId()).strip() + LocalAgents.WITHIN + PidNamespace.name(PROC));
    }

    private static Cgroups cgroups(LocalSettings settings, MarkedProcesses marked) throws IOException {
        CgroupMounts mounts = CgroupMounts.read(PROC);
        @Nullable Cgroups found = null;
        for (Path base : mounts.unified()) {
            if (found == null) found = CgroupV2.open(base, settings.instance());
        }
        if (found == null) found = CgroupV1.open(mounts.hierarchies(), settings.instance());
        return found == null ? new NoCgroups(marked) : found;
    }

    private static RuntimeCapabilities capabilities(HostIds ids, Layer idLayer, Map<String, Layer> limits) {
        Layer counts = Host.uid() == 0 ? LocalLayers.ownCounts() : LocalLayers.sharedCounts();
        List<String> users = ids.root() ? List.of("user", "root") : List.of("user");
        return new RuntimeCapabilities(
                "local", List.of("base"), users, LocalLayers.of(idLayer, counts, limits), List.of());
    }

    private void tryOut() throws IOException {
        String id = "trial" + Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36);
        try {
            sandboxes.launch(sandboxes.add(id), TRIAL);
        } finally {
            sandboxes.destroy(id);
        }
    }

    private static Path bubblewrap() throws IOException {
        Path program = Host.program("bwrap")
                .orElseThrow(() -> new UnsupportedHostException(
                        "bubblewrap is missing: run apt-get install bubblewrap (or your distribution's like)"));
        String version = Programs.run(List.of(program.toString(), "--version"), Duration.ofSeconds(5))
                .output();
        Matcher numbers = VERSION.matcher(version);
        if (!numbers.find() || (numbers.group(1).equals("0") && Integer.parseInt(numbers.group(2)) < 8)) {
            throw new UnsupportedHostException(program + " is too old (" + version + "): 0.8.0 or newer is needed");
        }
        return program;
    }
}

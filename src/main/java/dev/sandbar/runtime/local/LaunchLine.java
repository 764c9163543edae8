package dev.sandbar.runtime.local;

import dev.sandbar.runtime.RuntimeCapabilities.Layer;
import dev.sandbar.runtime.SandboxSpec.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command line that starts a sandbox; all that is the same for each is put together once. */
final class LaunchLine {

    /** Where bubblewrap finds what the launcher has laid out. */
    static final String STAGE = "/tmp";

    private static final long MIB = 1024 * 1024;
    private static final List<String> CAPABILITIES = List.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_SETUID",
            "CAP_SETGID",
            "CAP_KILL",
            "CAP_NET_BIND_SERVICE",
            "CAP_SETPCAP");

    private final RunDirectory run;
    private final Path bubblewrap;
    private final String instance;
    private final Duration silence;
    private final Map<String, Layer> layers;
    private final boolean root;
    private final List<String> system;

    /**
     * @param layers which cgroup limits there are; limits of processes stand in for the others
     * @param root whether sandboxes have ids for a root of their own
     */
    LaunchLine(RunDirectory run, Path bubblewrap, LocalSettings settings, Map<String, Layer> layers, boolean root)
            throws IOException {
        this.run = run;
        this.bubblewrap = bubblewrap;
        this.instance = settings.instance();
        this.silence = settings.silence();
        this.layers = layers;
        this.root = root;
        this.system = BaseSystem.arguments(run, root);
    }

    List<String> of(String sandboxId, SandboxIds ids, List<Path> cgroups, Limits limits) {
        List<String> line = new ArrayList<>(List.of(run.agent().toString(), "launch"));
        add(line, "--directory", run.sandbox(sandboxId), "--base", run.base(), "--ids", ids.argument());
        add(line, "--temporary-bytes", temporaryMiB(limits) * MIB);
        cgroups.forEach(group -> add(line, "--cgroup", group));
        add(line, "--file-bytes", limits.diskMiB() * MIB);
        if (missing(Cgroups.MEMORY)) add(line, "--data-bytes", limits.memoryMiB() * MIB);
        add(line, "--", bubblewrap);
        isolate(line);
        line.addAll(system);
        mount(line);
        add(line, "--");
        if (missing(Cgroups.PIDS)) add(line, "/run/agent", "launch", "inside", limits.processes(), "--");
        add(line, "/run/agent", "serve", "--mark", mark(instance, sandboxId), "--grace", silence.toMillis());
        add(line, "--ids", root ? "root" : "single", "--listen", 3, "--ready", 4);
        return line;
    }

    /** By which the agent greets, and its processes are found. */
    static String mark(String instance, String sandboxId) {
        return instance + "/" + sandboxId;
    }

    /** No tie to this process's life: sandboxes outlive the service. */
    private void isolate(List<String> line) {
        add(line, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try");
        if (!root) add(line, "--unshare-user", "--disable-userns", "--uid", 1000, "--gid", 1000);
        add(
                line,
                "--hostname",
                "sandbox",
                "--new-session",
                "--as-pid-1",
                "--seccomp",
                5,
                "--json-status-fd",
                6,
                "--cap-drop",
                "ALL");
        if (root) CAPABILITIES.forEach(capability -> add(line, "--cap-add", capability));
    }

    /** What lies below {@value #STAGE} was mounted there by the launcher, in the launch's own view of the host. */
    private void mount(List<String> line) {
        add(line, "--dev", "/dev", "--dev-bind", STAGE + "/pts", "/dev/pts", "--bind", STAGE + "/shm", "/dev/shm");
        add(line, "--remount-ro", "/dev", "--bind", STAGE + "/tmp", "/tmp");
        add(
                line,
                "--size",
                MIB,
                "--perms",
                "0755",
                "--tmpfs",
                "/run",
                "--ro-bind",
                STAGE + "/base/agent",
                "/run/agent");
        add(line, "--perms", "0700", "--dir", "/run/proc", "--proc", "/run/proc"); // the agent's, gone before commands
        add(line, "--perms", "0755", "--dir", "/var", "--symlink", "../tmp", "/var/tmp");
        add(line, "--symlink", "../run", "/var/run", "--perms", "0700", "--dir", "/root");
        add(line, "--perms", "0755", "--dir", "/home");
        add(line, "--bind", STAGE + "/home", "/home/user", "--chdir", "/home/user");
        if (!root || missing(Cgroups.MEMORY)) add(line, "--remount-ro", "/"); // its size has no other bound
        add(line, "--clearenv", "--setenv", "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    }

    /** Less than the memory, of which it is a part: a full /tmp must say so, not end the sandbox. */
    private static long temporaryMiB(Limits limits) {
        return Math.max(1, Math.min(limits.diskMiB(), limits.memoryMiB() / 2));
    }

    private boolean missing(String layer) {
        Layer found = layers.get(layer);
        return found == null || !found.active();
    }

    private static void add(List<String> line, Object... words) {
        for (Object word : words) {
            line.add(word.toString());
        }
    }
}

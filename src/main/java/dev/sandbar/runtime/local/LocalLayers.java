package dev.sandbar.runtime.local;

import dev.sandbar.runtime.RuntimeCapabilities.Layer;
import java.util.LinkedHashMap;
import java.util.Map;

/** What keeps sandboxes of this runtime apart, and what doesn't, in the order in which people should read it. */
final class LocalLayers {

    private LocalLayers() {}

    /**
     * @param ids whether sandboxes have ids for a root of their own
     * @param counts whether the kernel's counts for each user are each sandbox's own
     * @param limits those of cgroups
     */
    static Map<String, Layer> of(Layer ids, Layer counts, Map<String, Layer> limits) {
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put("namespaces", Layer.on());
        layers.put("ids", ids);
        layers.put("user-limits", counts);
        layers.put("seccomp", Layer.on());
        layers.put("read-only-system", Layer.on());
        layers.put("network", Layer.on());
        layers.putAll(limits);
        layers.put(
                "disk-quota",
                Layer.off(
                        "/home/user is limited by the size of each file only",
                        "put the run directory on a file system of its own"));
        layers.put("disk-bandwidth", none("how fast a sandbox reads and writes the disk is not limited"));
        layers.put(
                "command-cgroups",
                none("a command that ends takes its process group along; what left that ends with the sandbox"));
        layers.put(
                "kernel-memory",
                none("unread answers of netlink sockets are charged to nobody: up to four times what is charged"));
        layers.put("hidden-mounts", none("/proc/self/mountinfo names the host's directories behind the sandbox's own"));
        layers.put(
                "landlock",
                none("mount namespace and seccomp have no second layer: Landlock can't spare what root makes at /"));
        return layers;
    }

    static Layer ownCounts() {
        return Layer.on();
    }

    static Layer sharedCounts() {
        return Layer.off(
                "the kernel counts inotify, signals and locked memory for the service's user, of which each sandbox may"
                        + " take a part",
                "run the service as root");
    }

    /** Nothing that an administrator could do about it. */
    private static Layer none(String reason) {
        return new Layer(false, reason, null);
    }
}

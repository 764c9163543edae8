package dev.sandbar.runtime.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How the local runtime is set up.
 *
 * @param instance id of this service's data directory, {@code [a-z0-9]+}, at most 32 characters: what bears it is ours
 * @param runDirectory where sandboxes' directories lie; nobody else can enter it
 * @param idDirectory where slots of host ids are recorded, shared by all services that use the same ids
 * @param bootId file that holds another word after each start of the machine
 * @param silence how long an agent whose deadline has passed waits for a service's word before it ends its sandbox
 */
public record LocalSettings(String instance, Path runDirectory, Path idDirectory, Path bootId, Duration silence) {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Duration SILENCE = Duration.ofSeconds(60);

    public LocalSettings {
        if (!instance.matches("[a-z0-9]{1,32}")) {
            throw new IllegalArgumentException("instance must match [a-z0-9]{1,32}: " + instance);
        }
        runDirectory = runDirectory.toAbsolutePath().normalize();
        idDirectory = idDirectory.toAbsolutePath().normalize();
    }

    /** With this machine's boot id, and a minute of silence. */
    public LocalSettings(String instance, Path runDirectory, Path idDirectory) {
        this(instance, runDirectory, idDirectory, BOOT_ID, SILENCE);
    }

    /** The usual places: below {@code /var/lib/sandbar} for root, {@code /var/tmp/sandbar-UID} for others. */
    public static LocalSettings of(String instance) {
        long uid = Host.uid();
        Path base = uid == 0 ? Path.of("/var/lib/sandbar") : Path.of("/var/tmp/sandbar-" + uid);
        return new LocalSettings(instance, base.resolve("run").resolve(instance), base.resolve("ids"));
    }

    /** Whether sandboxes' directories, which may have to be made yet, are on one file system with this one. Blocks. */
    public boolean sharesDiskWith(Path other) {
        Path there = runDirectory;
        for (Path up = there; up != null && !Files.exists(there); up = up.getParent()) there = up;
        try {
            return Files.getFileStore(there).equals(Files.getFileStore(other));
        } catch (IOException unknown) {
            return true;
        }
    }
}

package dev.sandbar.runtime.local;

import dev.sandbar.runtime.UnsupportedHostException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The instance's directory: one child for each sandbox, and {@code .base} with what all of them share. Closed to
 * all other users, the sandboxes' own ids included: the launcher shows each sandbox its part.
 */
record RunDirectory(Path path) {

    private static final String SHELL = Files.exists(Path.of("/bin/bash")) ? "/bin/bash" : "/bin/sh";
    private static final Map<String, String> ETC = Map.of(
            "passwd",
            "root:x:0:0:root:/root:" + SHELL + "\nuser:x:1000:1000:user:/home/user:" + SHELL
                    + "\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
            "group",
            "root:x:0:\ntty:x:5:\nuser:x:1000:\nnogroup:x:65534:\n",
            "hosts",
            "127.0.0.1 localhost sandbox\n::1 localhost ip6-localhost\n",
            "nsswitch.conf",
            "passwd: files\ngroup: files\nshadow: files\nhosts: files\nservices: files\nprotocols: files\n",
            "hostname",
            "sandbox\n");

    /** Makes and checks the directory and unpacks what sandboxes share; running sandboxes keep what they have. */
    static RunDirectory open(Path path) throws IOException {
        RunDirectory run = new RunDirectory(makeOwn(path, "rwx------"));
        Path etc = makeOwn(run.base().resolve("etc"), "rwxr-xr-x");
        for (Map.Entry<String, String> file : ETC.entrySet()) {
            replace(etc.resolve(file.getKey()), file.getValue().getBytes(StandardCharsets.UTF_8), "rw-r--r--");
        }
        makeOwn(run.empty(), "rwxr-xr-x");
        replace(run.agent(), agentBinary(), "rwxr-xr-x");
        replace(run.bootId(), (UUID.randomUUID() + "\n").getBytes(StandardCharsets.UTF_8), "r--r--r--");
        return run;
    }

    Path sandbox(String sandboxId) {
        return path.resolve(sandboxId);
    }

    Path socket(String sandboxId) {
        return sandbox(sandboxId).resolve("agent.sock");
    }

    Path agent() {
        return base().resolve("agent");
    }

    /** What sandboxes see in place of the host's. */
    private Path bootId() {
        return base().resolve("boot_id");
    }

    Path etc() {
        return base().resolve("etc");
    }

    Path empty() {
        return base().resolve("empty");
    }

    /** Sandboxes that have a directory. */
    Set<String> sandboxes() throws IOException {
        Set<String> names = new HashSet<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
            children.forEach(child -> names.add(child.getFileName().toString()));
        }
        names.removeIf(name -> !LocalRuntime.isSandboxId(name));
        return names;
    }

    /**
     * A directory that belongs to this user and that nobody else can write to; parents that are missing are made alike.
     * One that somebody else has put there is refused.
     */
    static Path makeOwn(Path directory, String mode) throws IOException {
        Path parent = directory.getParent();
        if (parent != null && !Files.exists(parent, LinkOption.NOFOLLOW_LINKS)) makeOwn(parent, "rwx--x--x");
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) Files.createDirectory(directory);
        int owner = (int) Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) || owner != Host.uid()) {
            throw new UnsupportedHostException(
                    directory + " is not a directory of this user: remove it, or set another");
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
        return directory;
    }

    /** Goes where no sandbox lies in it any more; the next start makes it anew. */
    void close() throws IOException {
        if (!sandboxes().isEmpty()) return;
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /** What all sandboxes share; {@code /tmp/base} for a launch. */
    Path base() {
        return path.resolve(".base");
    }

    private static byte[] agentBinary() throws IOException {
        String name = "/dev/sandbar/native/" + Host.architecture() + "/sandbar-agent";
        try (InputStream resource = RunDirectory.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new UnsupportedHostException(
                        "this build holds no agent for " + Host.architecture() + ": build the project on this machine");
            }
            return resource.readAllBytes();
        }
    }

    private static void replace(Path file, byte[] content, String mode) throws IOException {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Arrays.equals(Files.readAllBytes(file), content)) {
            return;
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.write(fresh, content);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(mode));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}

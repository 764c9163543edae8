package dev.sandbar.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A data directory that this process holds: nobody else can open it until it is closed or the process has ended.
 * Blocking; thread-safe.
 */
public final class DataDirectory implements AutoCloseable {

    private static final int SECRET_BYTES = 32;
    private static final int KEY_BYTES = 20;
    private static final int INSTANCE_BYTES = 5;

    private final Path path;
    private final FileChannel lock;
    private final SecretFiles files;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
        this.files = new SecretFiles(path, new SecureRandom());
    }

    /**
     * Makes the directory where it is missing, closes it to others, and takes its lock.
     *
     * @throws DataDirectoryException when it can't be made, written to, or is in use
     */
    public static DataDirectory open(Path path) {
        FileChannel lock = null;
        try {
            Files.createDirectories(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            lock = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(lock) == null) {
                lock.close();
                throw new DataDirectoryException("The data directory " + path
                        + " is in use by another instance: stop that one, or set SANDBAR_DATA to another directory.");
            }
            return new DataDirectory(path, lock);
        } catch (IOException | UnsupportedOperationException failed) {
            closeQuietly(lock);
            throw new DataDirectoryException("The data directory " + path + " can't be written to (" + reason(failed)
                    + "): make it writable, or set SANDBAR_DATA to another directory.");
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            return null;
        }
    }

    static String reason(Exception failed) {
        return failed.getClass().getSimpleName().replace("Exception", "")
                + (failed.getMessage() == null ? "" : ": " + failed.getMessage());
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Marks all that this instance makes on the machine; 10 hexadecimal digits, the same at each start. */
    public String instanceId() {
        return files.keep("instance", () -> files.random(INSTANCE_BYTES), "[0-9a-f]{10}");
    }

    /** The secret that tokens are derived from; the same at each start. */
    public byte[] secret() {
        return HexFormat.of().parseHex(files.keep("secret", () -> files.random(SECRET_BYTES), "[0-9a-f]{64}"));
    }

    /** The API key that was generated at the first start without a configured one. */
    public String generatedApiKey() {
        return files.keep("api-key", () -> "e2b_" + files.random(KEY_BYTES), "e2b_[0-9a-f]{40}");
    }

    /** The file of {@link #generatedApiKey}. */
    public Path apiKeyFile() {
        return path.resolve("api-key");
    }

    /** A file of this name that only the owner can read. */
    public SecretFile secretFile(String name) {
        return new SecretFile(path.resolve(name));
    }

    /** Whether there is a file of this name, by which somebody asks for something. */
    public boolean isAsked(String name) {
        return Files.exists(path.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Removes the file by which somebody asked.
     *
     * @throws DataDirectoryException when it can't be removed
     */
    public void answered(String name) {
        Path file = path.resolve(name);
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new DataDirectoryException("The file " + file + " can't be removed (" + reason(failed) + ").");
        }
    }

    /** Gives the directory free for others. */
    @Override
    public void close() {
        closeQuietly(lock);
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) channel.close();
        } catch (IOException ignored) {
            // the operating system releases the lock with the process
        }
    }
}

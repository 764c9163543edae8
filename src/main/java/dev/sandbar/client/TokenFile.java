package dev.sandbar.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of saved tokens, which several processes may share: each reads, joins its changes and writes the whole while it
 * holds a lock on a file beside it. Readers need no lock, since the file is replaced at once. Only its owner can read it,
 * from the first byte on; one that is found open to others is closed to them at once. Blocking; thread-safe.
 */
final class TokenFile {

    private static final Logger log = LoggerFactory.getLogger(TokenFile.class);
    private static final long LONGEST = 64 << 20;
    private static final Set<OpenOption> LOCK_FILE = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    private static final Set<OpenOption> NEW_FILE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<?> OWNER_ONLY = PosixFilePermissions.asFileAttribute(OWNERS);
    private static final FileAttribute<?> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /**
     * Files that are locked by this process. The operating system's locks belong to the process: a second open of the same
     * file would give up the lock of the first one when it is closed.
     */
    private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

    /** Somebody else holds the lock. */
    static final class BusyException extends IOException {
        private static final long serialVersionUID = 1L;

        BusyException(Path lock) {
            super(lock + " is held by another process");
        }
    }

    /** What was found, and whether it should be written anew without what was left out. */
    record Found(SavedTokens tokens, boolean unclean) {}

    /** What an update has done. */
    record Done(boolean written, boolean setAside) {}

    private final SavedTokensJson json = new SavedTokensJson();
    private final Path file;
    private final Path directory;
    private final int most;
    private final Syncing disk;

    TokenFile(Path file, int most) {
        this(file, most, Syncing.DISK);
    }

    TokenFile(Path file, int most, Syncing disk) {
        this.disk = disk;
        this.file = file.toAbsolutePath();
        this.directory = Objects.requireNonNull(this.file.getParent(), "a token file can't be a root directory");
        this.most = most;
    }

    /** The tokens that haven't expired. */
    Found read(long now) throws IOException {
        byte[] content = content();
        if (content == null) return new Found(new SavedTokens(), false);
        try {
            SavedTokens saved = pruned(json.read(content), now);
            return new Found(saved, !Arrays.equals(json.write(saved), content));
        } catch (SavedTokensJson.CorruptException corrupt) {
            return new Found(new SavedTokens(), true);
        }
    }

    /**
     * Joins these changes to what is there, and writes it where that makes a difference. What is unreadable is renamed.
     *
     * @throws BusyException when somebody else does so at the moment; to be tried again
     */
    Done update(SavedTokens changes, long now) throws IOException {
        Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
        Path lock = directory.toRealPath().resolve(name(".lock"));
        if (!LOCKED.add(lock)) throw new BusyException(lock);
        try (FileChannel channel = FileChannel.open(lock, LOCK_FILE, OWNER_ONLY);
                FileLock held = tryLock(channel)) {
            if (held == null) throw new BusyException(lock);
            return locked(changes, now);
        } finally {
            LOCKED.remove(lock);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) { // by other code than this
            return null;
        }
    }

    private Done locked(SavedTokens changes, long now) throws IOException {
        byte[] before = content();
        SavedTokens saved = new SavedTokens();
        boolean corrupt = false;
        try {
            if (before != null) saved = json.read(before);
        } catch (SavedTokensJson.CorruptException found) {
            corrupt = true;
            setAside();
        }
        saved.join(changes);
        byte[] after = json.write(pruned(saved, now));
        boolean same = (before == null || corrupt) ? saved.size() == 0 : Arrays.equals(before, after);
        if (!same) write(after);
        return new Done(!same, corrupt);
    }

    private SavedTokens pruned(SavedTokens saved, long now) {
        saved.prune(now, most);
        return saved;
    }

    private byte @Nullable [] content() throws IOException {
        closeToOthers(beside(".corrupt"));
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file)) {
            throw new IOException(file + " isn't a file");
        }
        closeToOthers(file);
        try {
            if (Files.size(file) > LONGEST) return new byte[0]; // as good as unreadable
            return Files.readAllBytes(file);
        } catch (NoSuchFileException nothingSaved) {
            return null;
        }
    }

    /** Whoever made it, or has copied it, may have left it open. */
    private static void closeToOthers(Path found) throws IOException {
        try {
            if (OWNERS.containsAll(Files.getPosixFilePermissions(found))) return;
            Files.setPosixFilePermissions(found, OWNERS);
            log.warn("{} was open to others than its owner, which it isn't any more", found);
        } catch (NoSuchFileException nothingThere) {
            // as good as closed
        }
    }

    private void setAside() throws IOException {
        Path aside = beside(".corrupt");
        Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
        log.warn("{} didn't hold saved tokens: it is {} now, and tokens are fetched anew", file, aside);
    }

    private void write(byte[] content) throws IOException {
        Path fresh = beside(".new");
        Files.deleteIfExists(fresh);
        try {
            try (FileChannel channel = FileChannel.open(fresh, NEW_FILE, OWNER_ONLY)) {
                ByteBuffer left = ByteBuffer.wrap(content);
                while (left.hasRemaining()) channel.write(left);
                disk.sync(channel);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
        syncDirectory();
    }

    private void syncDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            disk.sync(channel);
        }
    }

    private Path beside(String suffix) {
        return directory.resolve(name(suffix));
    }

    private String name(String suffix) {
        return file.getFileName() + suffix;
    }

    @Override
    public String toString() {
        return file.toString();
    }
}

package dev.sandbar.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that takes another one's place when it is complete. Blocks; its steps wait for each other, so that nothing is
 * written behind its end. Made by the first step, on whose thread its errors come as {@link UncheckedIOException}.
 */
final class TempFile {

    private final Path target;
    private final Path temporary;
    private final Syncing disk;
    private @Nullable FileChannel channel;
    private long end;
    private boolean done;

    TempFile(Path target) {
        this(target, Syncing.DISK);
    }

    TempFile(Path target, Syncing disk) {
        this.disk = disk;
        this.target = target.toAbsolutePath();
        this.temporary = this.target.resolveSibling("." + target.getFileName() + "." + Ids.fresh() + ".part");
    }

    synchronized void write(Download.Piece piece) {
        try {
            FileChannel open = open();
            ByteBuffer left = ByteBuffer.wrap(piece.bytes());
            long at = piece.offset();
            while (left.hasRemaining()) at += open.write(left, at);
            end = at;
        } catch (IOException failed) {
            throw new UncheckedIOException("The download can't be written", failed);
        }
    }

    /** Puts it in the target's place when it is on the disk; tells its length. */
    synchronized long commit() {
        try (FileChannel open = open()) {
            open.truncate(end);
            disk.sync(open);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            done = true;
        } catch (IOException failed) {
            throw new UncheckedIOException("The download can't be put in its place", failed);
        }
        syncDirectory();
        return end;
    }

    private FileChannel open() throws IOException {
        if (done) throw new IOException("The download was given up");
        FileChannel open = channel;
        if (open == null) {
            open = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            channel = open;
        }
        return open;
    }

    /** So that the new name survives a power failure too. */
    private void syncDirectory() {
        try (FileChannel directory = FileChannel.open(target.resolveSibling("."), StandardOpenOption.READ)) {
            disk.sync(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException("The download's directory can't be written to the disk", failed);
        }
    }

    /** Removes it, unless it is in its place already. */
    synchronized void discard() {
        if (done) return;
        done = true;
        FileChannel open = channel;
        if (open == null) return;
        try (open) {
            Files.deleteIfExists(temporary);
        } catch (IOException failed) {
            throw new UncheckedIOException("What was downloaded so far can't be removed", failed);
        }
    }
}

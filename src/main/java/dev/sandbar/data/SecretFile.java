package dev.sandbar.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A small file that only its owner can read, and that is there whole or not at all. Blocking. */
public final class SecretFile {

    private final Path file;

    SecretFile(Path file) {
        this.file = file;
    }

    /**
     * What it holds; empty where there is none.
     *
     * @throws DataDirectoryException when it can't be read
     */
    public String read() {
        try {
            return Files.exists(file) ? read(file) : "";
        } catch (IOException failed) {
            throw unusable(file, failed);
        }
    }

    /**
     * Replaces what it holds; on the disk when this returns.
     *
     * @throws DataDirectoryException when it can't be written; it is as it was then
     */
    public void write(String content) {
        try {
            write(file, content);
        } catch (IOException failed) {
            throw unusable(file, failed);
        }
    }

    /** What to tell whoever started the service when the content makes no sense. */
    public DataDirectoryException damaged() {
        return damaged(file);
    }

    static String read(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return Files.readString(file);
    }

    static void write(Path file, String content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap((content + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) channel.write(bytes);
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    static DataDirectoryException damaged(Path file) {
        return new DataDirectoryException(
                "The file " + file + " doesn't hold what it should: restore it, or remove it to have a new one made.");
    }

    static DataDirectoryException unusable(Path file, IOException failed) {
        return new DataDirectoryException(
                "The file " + file + " can't be read or written (" + DataDirectory.reason(failed) + ").");
    }
}

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
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Supplier;

/** Small files of one line that only their owner can read; each is there whole or not at all. */
final class SecretFiles {

    private final Path directory;
    private final SecureRandom random;

    SecretFiles(Path directory, SecureRandom random) {
        this.directory = directory;
        this.random = random;
    }

    /** What the file holds; made first where there is none. */
    synchronized String keep(String name, Supplier<String> first, String pattern) {
        Path file = directory.resolve(name);
        try {
            if (!Files.exists(file)) {
                write(file, first.get());
            }
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            String content = Files.readString(file).strip();
            if (!content.matches(pattern)) {
                throw new DataDirectoryException("The file " + file
                        + " doesn't hold what it should: restore it, or remove it to have a new one made.");
            }
            return content;
        } catch (IOException failed) {
            throw new DataDirectoryException(
                    "The file " + file + " can't be read or written (" + DataDirectory.reason(failed) + ").");
        }
    }

    private static void write(Path file, String content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            channel.write(ByteBuffer.wrap((content + "\n").getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    String random(int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        return HexFormat.of().formatHex(value);
    }
}

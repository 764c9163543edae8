package dev.sandbar.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
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
                SecretFile.write(file, first.get());
            }
            String content = SecretFile.read(file).strip();
            if (!content.matches(pattern)) {
                throw SecretFile.damaged(file);
            }
            return content;
        } catch (IOException failed) {
            throw SecretFile.unusable(file, failed);
        }
    }

    String random(int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        return HexFormat.of().formatHex(value);
    }
}

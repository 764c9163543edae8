package dev.sandbar.client;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;

/** Holds the lock on a file until it is killed. */
final class LockHolder {

    private LockHolder() {}

    /** Takes the file. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path file = Path.of(arguments[0]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            System.out.println(held.isValid() ? "locked" : "not locked");
            new CountDownLatch(1).await();
        }
    }
}

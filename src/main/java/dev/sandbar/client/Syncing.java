package dev.sandbar.client;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** Waits until what was written is on the disk, so that it outlives a power failure. Blocks. */
@FunctionalInterface
interface Syncing {

    Syncing DISK = channel -> channel.force(true);

    void sync(FileChannel channel) throws IOException;
}

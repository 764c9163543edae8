package dev.sandbar.runtime.channel;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Bytes that are sent once: who talks on for hours holds no environment of megabytes. */
final class Once {

    private final AtomicReference<byte @Nullable []> bytes;

    Once(byte[] bytes) {
        this.bytes = new AtomicReference<>(bytes);
    }

    byte[] take() {
        byte[] taken = bytes.getAndSet(null);
        if (taken == null) throw new IllegalStateException("what is sent once was sent already");
        return taken;
    }
}

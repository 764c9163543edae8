package dev.sandbar.token;

import org.jspecify.annotations.Nullable;

/** Says whose a sandbox is, as long as it runs. Thread-safe, doesn't block. */
@FunctionalInterface
public interface RunningSandboxes {

    /** The owner of a running sandbox; null for one that has begun to end, or that nobody knows. */
    @Nullable String ownerOf(String sandboxId);
}

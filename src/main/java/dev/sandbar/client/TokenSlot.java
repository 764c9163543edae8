package dev.sandbar.client;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one sandbox. It is the key of its requests, so that who comes after it was taken out (its sandbox
 * is gone, the cache was cleared) begins anew, and what a request brings afterwards is given to those who waited and not
 * kept. Thread-safe; its lock is held for a few field writes.
 */
final class TokenSlot {

    /** How exact the time of the last use is. */
    private static final long USE_NANOS = 10_000_000;

    private final String sandboxId;
    private final TokenFailures tokenFailures = new TokenFailures();
    private final TokenFailures gpuFailures = new TokenFailures();
    private final RejectedTokens rejected = new RejectedTokens();
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private volatile @Nullable CachedToken token;
    private volatile @Nullable Boolean gpu;
    private volatile long used;
    private boolean out;

    TokenSlot(String sandboxId, long now) {
        this.sandboxId = sandboxId;
        this.used = now;
    }

    String sandboxId() {
        return sandboxId;
    }

    TokenFailures tokenFailures() {
        return tokenFailures;
    }

    TokenFailures gpuFailures() {
        return gpuFailures;
    }

    /** True for one caller, until {@link #refreshed}. */
    boolean beginRefresh() {
        return !refreshing.get() && refreshing.compareAndSet(false, true);
    }

    void refreshed() {
        refreshing.set(false);
    }

    @Nullable CachedToken token() {
        return token;
    }

    @Nullable CachedToken usable(long now) {
        CachedToken found = token;
        return found != null && found.usable(now) ? found : null;
    }

    @Nullable Boolean gpu() {
        return gpu;
    }

    void gpu(boolean known) {
        gpu = known;
    }

    /** As {@link #gpu(boolean)}; {@code kept} is told of the token that is there while no other change can come between. */
    synchronized void learn(boolean known, Consumer<CachedToken> kept) {
        CachedToken found = token;
        if (out) return;
        gpu = known;
        if (found != null) kept.accept(found);
    }

    void touch(long now) {
        if (now - used > USE_NANOS) used = now;
    }

    long used() {
        return used;
    }

    /**
     * Takes a token that has come; false when it is one that the server has refused.
     *
     * @param kept run while no other change can come between, unless the slot was taken out
     */
    synchronized boolean accept(CachedToken fresh, long now, Runnable kept) {
        if (rejected.contains(fresh.token().value(), now)) return false;
        refreshing.set(false);
        if (out) return true;
        token = fresh;
        kept.run();
        return true;
    }

    /** Takes a token of an earlier run, unless more is known. */
    synchronized void adopt(CachedToken saved, @Nullable Boolean savedGpu, long now) {
        if (out || token != null || rejected.contains(saved.token().value(), now)) return;
        token = saved;
        if (gpu == null) gpu = savedGpu;
    }

    /** Drops this token and no other, and takes it no more; what was dropped, or null. */
    synchronized @Nullable CachedToken reject(AccessToken refused, long now) {
        rejected.add(refused.value(), now);
        CachedToken found = token;
        if (found == null || !rejected.contains(found.token().value(), now)) return null;
        token = null;
        return found;
    }

    /** The sandbox is gone. */
    synchronized void drop() {
        token = null;
        gpu = null;
    }

    synchronized void takeOut() {
        out = true;
        drop();
    }

    @Override
    public String toString() {
        return sandboxId;
    }
}

package dev.sandbar.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a file, or changes to them. Joining two gives the same in any order and any number of times: the
 * later token of a sandbox stays, and what was dropped stays dropped unless it came later. So processes that write the same
 * file one after the other lose nothing of each other's and bring nothing back. Not thread-safe.
 */
final class SavedTokens {

    /** For how long is remembered what was dropped: longer than another process holds back its changes. */
    static final long DROPPED_MICROS = 3_600_000_000L;

    /** Times later than this from now are another clock's, which has been set back. */
    static final long AHEAD_MICROS = 60_000_000;

    private final Map<String, SavedToken> tokens = new HashMap<>();
    private final Map<String, Long> dropped = new HashMap<>();
    private long cleared;

    Map<String, SavedToken> tokens() {
        return tokens;
    }

    /** Up to which time a sandbox's tokens are dropped. */
    Map<String, Long> dropped() {
        return dropped;
    }

    /** Up to which time all tokens are dropped. */
    long cleared() {
        return cleared;
    }

    int size() {
        return tokens.size() + dropped.size();
    }

    void put(String sandboxId, SavedToken token) {
        long end = Math.max(cleared, dropped.getOrDefault(sandboxId, 0L));
        if (token.issuedAt() > end) tokens.merge(sandboxId, token, SavedTokens::later);
    }

    void drop(String sandboxId, long upTo) {
        dropped.merge(sandboxId, upTo, Math::max);
        removeUpTo(sandboxId, upTo);
    }

    void clear(long upTo) {
        cleared = Math.max(cleared, upTo);
        tokens.values().removeIf(token -> token.issuedAt() <= cleared);
    }

    void join(SavedTokens other) {
        clear(other.cleared);
        other.dropped.forEach(this::drop);
        other.tokens.forEach(this::put);
    }

    /** Forgets what has expired or can't be, and of the rest what is too much. */
    void prune(long now, int most) {
        long future = now + AHEAD_MICROS;
        tokens.values().removeIf(token -> token.expiresAt() <= now || token.issuedAt() > future);
        dropped.values().removeIf(at -> at <= now - DROPPED_MICROS || at > future);
        if (cleared <= now - DROPPED_MICROS || cleared > future) cleared = 0;
        keepLatest(tokens, SavedToken::expiresAt, most);
        keepLatest(dropped, at -> at, most);
    }

    private void removeUpTo(String sandboxId, long upTo) {
        SavedToken found = tokens.get(sandboxId);
        if (found != null && found.issuedAt() <= upTo) tokens.remove(sandboxId);
    }

    private static SavedToken later(SavedToken one, SavedToken other) {
        if (one.issuedAt() != other.issuedAt()) return one.issuedAt() > other.issuedAt() ? one : other;
        int order = one.token().compareTo(other.token());
        if (order != 0) return order > 0 ? one : other;
        return rank(one.gpu()) != rank(other.gpu()) ? moreKnown(one, other) : laterEnd(one, other);
    }

    private static SavedToken moreKnown(SavedToken one, SavedToken other) {
        return rank(one.gpu()) > rank(other.gpu()) ? one : other;
    }

    private static SavedToken laterEnd(SavedToken one, SavedToken other) {
        return one.expiresAt() >= other.expiresAt() ? one : other;
    }

    /** What was learnt about a sandbox stands above nothing. */
    private static int rank(@Nullable Boolean gpu) {
        if (gpu == null) return 0;
        return gpu ? 2 : 1;
    }

    private static <V> void keepLatest(Map<String, V> map, ToLongFunction<V> time, int most) {
        if (map.size() <= most) return;
        List<Map.Entry<String, V>> all = new ArrayList<>(map.entrySet());
        all.sort((one, other) -> Long.compare(time.applyAsLong(one.getValue()), time.applyAsLong(other.getValue())));
        all.subList(0, all.size() - most).forEach(entry -> map.remove(entry.getKey()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SavedTokens saved
                && tokens.equals(saved.tokens)
                && dropped.equals(saved.dropped)
                && cleared == saved.cleared;
    }

    @Override
    public int hashCode() {
        return tokens.hashCode();
    }

    @Override
    public String toString() {
        return tokens.keySet() + " without " + dropped + ", all up to " + cleared;
    }
}

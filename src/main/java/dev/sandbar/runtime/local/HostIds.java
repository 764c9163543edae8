package dev.sandbar.runtime.local;

import dev.sandbar.runtime.UnsupportedHostException;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The host ids that this service can give to sandboxes. Thread-safe; blocks on files. */
final class HostIds {

    static final long FIRST = 1L << 20;
    static final long RANGE = 1L << 16;

    /** Below lie those of a container's own users. */
    private static final long ABOVE_USERS = 10_000;

    private final @Nullable IdSlots slots;
    private final IntFunction<SandboxIds> ids;
    private final LongPredicate ours;

    private HostIds(@Nullable IdSlots slots, IntFunction<SandboxIds> ids, LongPredicate ours) {
        this.slots = slots;
        this.ids = ids;
        this.ours = ours;
    }

    /** How many ranges lie between the first and 2^31, above which some file systems fail. */
    static int ranges() {
        return (int) (((1L << 31) - FIRST) / RANGE);
    }

    /**
     * For root: 65536 ids for each sandbox, leaving out what is given to users as subordinate ids; two for each where root
     * is a container's and has no more.
     */
    static HostIds ofRoot(LocalSettings settings, SubordinateIds uids, SubordinateIds gids, IdMap uidMap, IdMap gidMap)
            throws IOException {
        IntPredicate usable = slot -> {
            long base = FIRST + slot * RANGE;
            boolean given = uids.overlaps(base, RANGE) || gids.overlaps(base, RANGE);
            return !given && uidMap.holds(base, RANGE) && gidMap.holds(base, RANGE);
        };
        if (IntStream.range(0, ranges()).noneMatch(usable))
            return few(settings, IdMap.common(ABOVE_USERS, uidMap, gidMap));
        IntFunction<SandboxIds> ids = slot -> new SandboxIds.Range(FIRST + slot * RANGE);
        IdSlots slots = IdSlots.open(settings.idDirectory(), settings.instance(), ranges(), usable);
        return new HostIds(slots, ids, uid -> uid == 0 || uid >= FIRST);
    }

    private static HostIds few(LocalSettings settings, IdMap.Extent extent) throws IOException {
        if (extent.count() < 2) {
            throw new UnsupportedHostException("sandboxes need two ids above " + ABOVE_USERS
                    + " each, and /proc/self/uid_map and gid_map of this container hold none: give it more ids");
        }
        int size = (int) Math.min(extent.count() / 2, ranges());
        IntFunction<SandboxIds> ids =
                slot -> new SandboxIds.Pair(extent.start() + 2L * slot, extent.start() + 2L * slot);
        IdSlots slots = IdSlots.open(settings.idDirectory(), settings.instance(), size, slot -> true);
        return new HostIds(slots, ids, uid -> uid == 0 || extent.holds(uid, 1));
    }

    /** For an ordinary user: two of its subordinate ids for each sandbox. */
    static HostIds pairs(LocalSettings settings, SubordinateIds.Entry uids, SubordinateIds.Entry gids)
            throws IOException {
        int size = (int) Math.min(Math.min(uids.count(), gids.count()) / 2, ranges());
        IntFunction<SandboxIds> ids = slot -> new SandboxIds.Pair(uids.start() + 2L * slot, gids.start() + 2L * slot);
        IdSlots slots = IdSlots.open(settings.idDirectory(), settings.instance(), size, slot -> true);
        long own = Host.uid();
        return new HostIds(slots, ids, uid -> uid == own || (uid >= uids.start() && uid < uids.start() + uids.count()));
    }

    /** For an ordinary user without subordinate ids. */
    static HostIds single() {
        long own = Host.uid();
        if (own == 0) throw new IllegalArgumentException("sandboxes never run as host uid 0");
        return new HostIds(null, slot -> new SandboxIds.Single(own), uid -> uid == own);
    }

    /** Whether sandboxes have a root of their own. */
    boolean root() {
        return slots != null;
    }

    /** Whether a host uid may belong to this service or its sandboxes. */
    boolean ours(long uid) {
        return ours.test(uid);
    }

    SandboxIds take(String sandboxId) throws IOException {
        return ids.apply(slots == null ? 0 : slots.take(sandboxId));
    }

    /** Those that a sandbox holds; any where it holds none, since then nothing of it belongs to others than this user. */
    SandboxIds of(String sandboxId) {
        OptionalInt slot = slots == null ? OptionalInt.empty() : slots.of(sandboxId);
        return slot.isEmpty() && Host.uid() != 0 ? new SandboxIds.Single(Host.uid()) : ids.apply(slot.orElse(0));
    }

    void free(String sandboxId) throws IOException {
        if (slots != null) slots.free(sandboxId);
    }

    Set<String> holders() {
        return slots == null ? Set.of() : slots.holders();
    }
}

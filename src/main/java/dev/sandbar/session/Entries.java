package dev.sandbar.session;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All sessions that are remembered: by id, the live ones by their key, and by the sandboxes that they have. */
final class Entries {

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Map<OwnersKey, Entry> keys = new ConcurrentHashMap<>();
    private final Map<String, Entry> sandboxes = new ConcurrentHashMap<>();

    private record OwnersKey(String owner, String key) {}

    /**
     * A session that was looked for.
     *
     * @param fresh whether it was entered for this
     */
    record Found(Entry entry, boolean fresh) {}

    /** The live one of that key, or a new one. Atomic for each key. */
    Found open(String owner, @Nullable String key, Supplier<Entry> maker) {
        if (key == null) return new Found(enter(maker.get()), true);
        Entry[] made = new Entry[1];
        Entry entry = keys.computeIfAbsent(new OwnersKey(owner, key), wanted -> made[0] = enter(maker.get()));
        return new Found(entry, entry == made[0]);
    }

    private Entry enter(Entry entry) {
        entries.put(entry.id(), entry);
        index(entry);
        return entry;
    }

    /** Enters a session of an earlier run. */
    void restore(Entry entry) {
        enter(entry);
        String key = entry.now().terms().key();
        if (key != null && entry.now().lives())
            keys.putIfAbsent(new OwnersKey(entry.now().owner(), key), entry);
    }

    /** Its record has changed; called in its turn. */
    void took(Entry entry) {
        entry.settlePlace();
        index(entry);
        if (!entry.now().lives()) freeKey(entry);
    }

    private void index(Entry entry) {
        Slot slot = entry.now().slot();
        if (slot.sandboxId() != null) sandboxes.put(slot.sandboxId(), entry);
        if (slot.next() != null) sandboxes.put(slot.next().sandboxId(), entry);
    }

    private void freeKey(Entry entry) {
        String key = entry.now().terms().key();
        if (key != null) keys.remove(new OwnersKey(entry.now().owner(), key), entry);
    }

    /** Lets go of one that isn't remembered any more, or was never recorded. */
    void remove(Entry entry) {
        freeKey(entry);
        Slot slot = entry.now().slot();
        if (slot.sandboxId() != null) sandboxes.remove(slot.sandboxId(), entry);
        if (slot.next() != null) sandboxes.remove(slot.next().sandboxId(), entry);
        entries.remove(entry.id(), entry);
        entry.leave();
    }

    /** One of this owner's; {@link SessionException.NotFound} otherwise. */
    Entry own(String owner, String id) {
        Entry entry = entries.get(id);
        if (entry == null || entry.unrecorded() || !entry.now().owner().equals(owner)) {
            throw SessionException.NotFound.session(id);
        }
        return entry;
    }

    /** Whose sandbox this is, or null. */
    @Nullable Entry withSandbox(String sandboxId) {
        return sandboxes.get(sandboxId);
    }

    /** No session has it any more. */
    void forgetSandbox(String sandboxId) {
        sandboxes.remove(sandboxId);
    }

    Collection<Entry> all() {
        return entries.values();
    }

    List<Session> of(String owner) {
        return entries.values().stream()
                .filter(entry -> !entry.unrecorded())
                .map(Entry::now)
                .filter(session -> session.owner().equals(owner))
                .toList();
    }

    int keys() {
        return keys.size();
    }

    int sandboxes() {
        return sandboxes.size();
    }
}

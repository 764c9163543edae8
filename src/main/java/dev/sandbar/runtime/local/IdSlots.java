package dev.sandbar.runtime.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * Who uses which range of host ids: one link for each slot that is taken, in a directory that all services with the
 * same ranges share. The link points to nothing, its text names the holder: it appears with that text and for one taker
 * only, and no power failure parts the two. Holds across crashes: a slot is free only when its link is gone.
 * Thread-safe; blocks on files.
 */
final class IdSlots {

    private final Path directory;
    private final String instance;
    private final int size;
    private final IntPredicate usable;
    private final Map<String, Integer> held = new ConcurrentHashMap<>();
    private final AtomicInteger next;

    private IdSlots(Path directory, String instance, int size, IntPredicate usable) {
        this.directory = directory;
        this.instance = instance;
        this.size = size;
        this.usable = usable;
        this.next = new AtomicInteger(ThreadLocalRandom.current().nextInt(size));
    }

    /**
     * Reads which slots this instance holds from before.
     *
     * @param usable says which slots may be given at all
     */
    static IdSlots open(Path directory, String instance, int size, IntPredicate usable) throws IOException {
        IdSlots slots = new IdSlots(directory, instance, size, usable);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                slots.adopt(file);
            }
        }
        return slots;
    }

    /** Takes a free slot; asking again for the same sandbox gives the same one. */
    int take(String sandboxId) throws IOException {
        Integer before = held.get(sandboxId);
        if (before != null) return before;
        for (int tries = 0; tries < size; tries++) {
            int slot = Math.floorMod(next.getAndIncrement(), size);
            if (usable.test(slot) && link(slot, sandboxId)) {
                held.put(sandboxId, slot);
                return slot;
            }
        }
        throw new IOException("all " + size + " ranges of host ids are taken (" + directory + ")");
    }

    /** Gives a slot back; does nothing for a sandbox that has none. */
    void free(String sandboxId) throws IOException {
        Integer slot = held.get(sandboxId);
        if (slot == null) return;
        Files.deleteIfExists(directory.resolve(slot.toString()));
        held.remove(sandboxId);
    }

    OptionalInt of(String sandboxId) {
        Integer slot = held.get(sandboxId);
        return slot == null ? OptionalInt.empty() : OptionalInt.of(slot);
    }

    /** Sandboxes of this instance that hold slots. */
    Set<String> holders() {
        return Set.copyOf(held.keySet());
    }

    private boolean link(int slot, String sandboxId) throws IOException {
        try {
            Files.createSymbolicLink(directory.resolve(Integer.toString(slot)), Path.of(instance + " " + sandboxId));
            return true;
        } catch (FileAlreadyExistsException taken) {
            return false;
        }
    }

    private void adopt(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (name.startsWith("." + instance + ".")) {
            Files.deleteIfExists(file); // what versions before the links left when they crashed
        } else if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            String[] holder = holder(file).strip().split(" ", -1);
            if (holder.length == 2 && holder[0].equals(instance)) held.put(holder[1], Integer.valueOf(name));
        }
    }

    /** Versions before the links wrote files. */
    private static String holder(Path file) throws IOException {
        try {
            return Files.isSymbolicLink(file) ? Files.readSymbolicLink(file).toString() : Files.readString(file);
        } catch (NoSuchFileException freed) {
            return "";
        }
    }
}

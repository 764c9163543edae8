package dev.sandbar.async;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

/** Those of one key who wait, the pressing ones first, and how many of it work. Guarded by its queue. */
final class FairLine<K> {

    private final Set<Waiter<K, ?>> pressing = new LinkedHashSet<>();
    private final Set<Waiter<K, ?>> others = new LinkedHashSet<>();
    private final K key;
    int working;

    FairLine(K key) {
        this.key = key;
    }

    K key() {
        return key;
    }

    void add(Waiter<K, ?> waiter) {
        (waiter.pressing() ? pressing : others).add(waiter);
    }

    int waiting() {
        return pressing.size() + others.size();
    }

    /** The first, who is taken out; there must be one. */
    Waiter<K, ?> take() {
        Iterator<Waiter<K, ?>> first = (pressing.isEmpty() ? others : pressing).iterator();
        Waiter<K, ?> taken = first.next();
        first.remove();
        return taken;
    }

    boolean remove(Waiter<K, ?> waiter) {
        return (waiter.pressing() ? pressing : others).remove(waiter);
    }

    /** How many come before it. */
    int ahead(Waiter<K, ?> waiter) {
        return (int) all().takeWhile(each -> each != waiter).count();
    }

    Stream<Waiter<K, ?>> all() {
        return Stream.concat(pressing.stream(), others.stream());
    }
}

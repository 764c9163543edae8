package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sandbar.command.EntryRing.Entry;
import org.junit.jupiter.api.Test;

class EntryRingTests {

    private final EntryRing ring = new EntryRing();

    private Entry add() {
        long number = ring.next();
        Entry entry = new Entry(new CommandEvent.Started(number), number, 0, 0);
        ring.add(entry);
        return entry;
    }

    @Test
    void entriesStayWhereTheyAreWhileItGrowsAndShrinks() {
        for (int i = 1; i <= 100; i++) add();
        for (int i = 1; i <= 90; i++) ring.removeFirst();
        ring.shrink();
        for (int i = 91; i <= 100; i++) assertThat(ring.get(i).end()).isEqualTo(i);
        assertThat(ring.first()).isEqualTo(91);
        assertThat(ring.next()).isEqualTo(101);
        Entry last = add();
        assertThat(ring.get(101)).isSameAs(last);
    }

    @Test
    void shrinksToNoLessThanItHolds() {
        for (int i = 1; i <= 40; i++) add();
        for (int i = 1; i <= 23; i++) ring.removeFirst();
        ring.shrink();
        for (int i = 24; i <= 40; i++) assertThat(ring.get(i).end()).isEqualTo(i);
    }

    @Test
    void whatIsNotKeptIsNotGiven() {
        ring.continueBehind(9);
        assertThat(ring.first()).isEqualTo(10);
        assertThat(add().end()).isEqualTo(10);
        ring.removeFirst();
        assertThatIllegalStateException().isThrownBy(() -> ring.get(10)).withMessageContaining("10");
        assertThatIllegalStateException().isThrownBy(() -> ring.get(11));
    }
}

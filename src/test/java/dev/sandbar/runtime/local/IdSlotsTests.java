package dev.sandbar.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdSlotsTests {

    @TempDir
    Path directory;

    @Test
    void noSlotIsGivenTwiceToServicesThatRace() throws Exception {
        int takers = 8;
        int each = 50;
        ExecutorService threads = Executors.newFixedThreadPool(takers);
        List<Future<List<Integer>>> taken = new ArrayList<>();
        for (int taker = 0; taker < takers; taker++) {
            IdSlots slots = slots("instance" + taker, takers * each);
            taken.add(threads.submit(() -> take(slots, each)));
        }
        List<Integer> all = new ArrayList<>();
        for (Future<List<Integer>> one : taken) {
            all.addAll(one.get(30, TimeUnit.SECONDS));
        }
        threads.shutdown();
        assertThat(all).hasSize(takers * each).doesNotHaveDuplicates();
    }

    @Test
    void aFullRegistrySaysSo() throws Exception {
        take(slots("one", 3), 3);
        assertThatThrownBy(() -> slots("two", 3).take("late"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("all 3 ranges");
    }

    @Test
    void aFreedSlotCanBeTakenByAnybody() throws Exception {
        IdSlots one = slots("one", 1);
        one.take("a");
        one.free("a");
        one.free("a");
        assertThat(one.holders()).isEmpty();
        assertThat(slots("two", 1).take("b")).isZero();
    }

    @Test
    void aSlotIsHeldAcrossARestartByItsInstanceOnly() throws Exception {
        int slot = slots("one", 100).take("a");
        IdSlots again = slots("one", 100);
        assertThat(again.holders()).containsExactly("a");
        assertThat(again.of("a")).hasValue(slot);
        assertThat(again.take("a")).isEqualTo(slot);
        assertThat(slots("on", 100).holders()).isEmpty();
    }

    @Test
    void unusableSlotsAreLeftOut() throws Exception {
        IdSlots slots = IdSlots.open(directory, "one", 10, slot -> slot == 7);
        assertThat(slots.take("a")).isEqualTo(7);
        assertThatThrownBy(() -> slots.take("b")).isInstanceOf(IOException.class);
    }

    @Test
    void whatACrashLeftHalfDoneIsRemoved() throws Exception {
        Files.writeString(directory.resolve(".one.a"), "one a\n");
        Files.writeString(directory.resolve(".two.a"), "two a\n");
        slots("one", 10);
        assertThat(directory.resolve(".one.a")).doesNotExist();
        assertThat(directory.resolve(".two.a")).exists();
    }

    @Test
    void whatEarlierVersionsRecordedStands() throws Exception {
        Files.writeString(directory.resolve("3"), "one a\n");
        Files.writeString(directory.resolve("4"), "two a\n");
        IdSlots slots = slots("one", 5);
        assertThat(slots.holders()).containsExactly("a");
        assertThat(slots.of("a")).hasValue(3);
        assertThat(take(slots("three", 5), 3)).containsExactlyInAnyOrder(0, 1, 2);
        slots.free("a");
        assertThat(directory.resolve("3")).doesNotExist();
    }

    private IdSlots slots(String instance, int size) throws IOException {
        return IdSlots.open(directory, instance, size, slot -> true);
    }

    private static List<Integer> take(IdSlots slots, int count) throws IOException {
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(slots.take("s" + i));
        }
        return taken;
    }
}

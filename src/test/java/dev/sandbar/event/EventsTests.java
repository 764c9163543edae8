package dev.sandbar.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.store.Change.Append;
import dev.sandbar.store.Change.Retention;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class EventsTests {

    private final Bed bed = new Bed(Bed.keeping(1000), Schedulers.immediate());

    @AfterEach
    void nothingIsHeldWithoutReaders() {
        bed.close();
        assertThat(bed.events.followed()).isZero();
    }

    @Test
    void aFrameHasIdTypeAndOneLineOfJson() {
        bed.append(1);
        Seen seen = Seen.all(bed.events, 0);
        assertThat(Seen.text(seen.frames.get(0))).isEqualTo(": ok\n\n");
        assertThat(Seen.text(seen.frames.get(1)))
                .isEqualTo("id: 1\nevent: test.some\ndata: {\"type\":\"test.some\",\"seq\":1,"
                        + "\"time\":\"2026-02-03T04:05:06.007Z\",\"version\":1,\"n\":1}\n\n");
    }

    @Test
    void anEventMayHaveNoDataOrLinesInIt() {
        bed.store.commit(bed.events.event(Bed.STREAM, "bare", Map.of())).block();
        bed.store
                .commit(bed.events.event(Bed.STREAM, "lines", Map.of("x", "a\nb\r\"}")))
                .block();
        Seen seen = Seen.all(bed.events, 0);
        assertThat(Seen.text(seen.frames.get(1))).endsWith("\"version\":1}\n\n");
        assertThat(Seen.text(seen.frames.get(2))).endsWith("\"version\":1,\"x\":\"a\\nb\\r\\\"}\"}\n\n");
    }

    @Test
    void whatThereIsComesFirstAndThenWhatHappens() {
        bed.append(3);
        Seen seen = Seen.all(bed.events, 1);
        assertThat(seen.numbers()).containsExactly(2L, 3L);
        bed.append(2);
        assertThat(seen.numbers()).containsExactly(2L, 3L, 4L, 5L);
        assertThat(seen.completed).isFalse();
    }

    @Test
    void theHeadersComeBeforeAnythingHasHappened() {
        assertThat(Seen.all(bed.events, 0).frames).containsExactly(SseFrame.OPEN);
    }

    @Test
    void anEventIsSeenOnlyWhenItIsCommitted() {
        Seen seen = Seen.all(bed.events, 0);
        bed.events.event(Bed.STREAM, "test.some", Map.of("n", 1));
        bed.events.committed(Bed.STREAM);
        assertThat(seen.numbers()).isEmpty();
    }

    @Test
    void oneWakeUpIsEnoughForMany() {
        Seen seen = Seen.all(bed.events, 0);
        bed.commit(500).append(1);
        assertThat(seen.numbers()).isEqualTo(upTo(501));
    }

    @Test
    void oldHistoryIsReadInPagesAsItIsRequested() {
        bed.commit(1000);
        Seen seen = Seen.idle(bed.events, 0);
        int before = bed.store.reads.get();
        seen.request(2);
        assertThat(seen.numbers()).containsExactly(1L);
        bed.append(200);
        assertThat(bed.store.reads.get() - before).as("one page, one look").isEqualTo(2);
        seen.request(Long.MAX_VALUE);
        seen.assertWhole(bed.firstKept());
        assertThat(seen.last()).isEqualTo(1200);
    }

    @Test
    void aReaderThatFallsBehindReadsOn() {
        Seen slow = Seen.idle(bed.events, 0);
        Seen fast = Seen.all(bed.events, 0);
        slow.request(4);
        for (int i = 0; i < 900; i++) bed.append(1);
        assertThat(slow.numbers()).isEqualTo(upTo(3));
        slow.request(500);
        slow.request(500);
        assertThat(slow.numbers()).isEqualTo(upTo(900)).isEqualTo(fast.numbers());
    }

    @Test
    void aGapIsToldWhereHistoryIsGone() {
        try (Bed small = new Bed(Bed.keeping(5), Schedulers.immediate())) {
            small.commit(20);
            Seen seen = Seen.all(small.events, 3);
            assertThat(seen.numbers()).containsExactly(15L, 16L, 17L, 18L, 19L, 20L);
            assertThat(Seen.text(seen.frames.get(1)))
                    .isEqualTo("id: 15\nevent: gap\ndata: {\"type\":\"gap\",\"seq\":15,"
                            + "\"time\":\"2026-02-03T04:05:06.007Z\",\"version\":1,\"from\":4,\"to\":15}\n\n");
        }
    }

    @Test
    void aReaderThatCannotFollowGetsAGap() {
        try (Bed small = new Bed(Bed.keeping(20), Schedulers.immediate())) {
            Seen slow = Seen.idle(small.events, 0);
            slow.request(2);
            for (int i = 0; i < 100; i++) small.append(1);
            slow.request(Long.MAX_VALUE);
            slow.assertWhole(small.firstKept());
            assertThat(slow.numbers().subList(0, 3)).containsExactly(1L, 80L, 81L);
        }
    }

    @Test
    void theTerminalEventEndsTheStream() {
        Seen early = Seen.all(bed.events, 0);
        bed.append(1);
        bed.finish();
        Seen late = Seen.all(bed.events, 0);
        assertThat(List.of(early, late))
                .allMatch(seen -> seen.completed && seen.numbers().equals(upTo(2)));
    }

    @Test
    void whoHasSeenTheTerminalEventIsSentAwayWithoutAWord() {
        bed.commit(300);
        bed.finish();
        Seen seen = Seen.idle(bed.events, 301);
        assertThat(seen.completed).isTrue();
        assertThat(seen.frames).isEmpty();
    }

    @Test
    void whatHasNotHappenedCannotHaveBeenSeen() {
        bed.commit(2);
        Seen seen = Seen.idle(bed.events, 3);
        assertThat(seen.error)
                .isInstanceOf(EventException.BeyondEnd.class)
                .hasMessageContaining("3")
                .hasMessageContaining("newest one is 2");
    }

    @Test
    void whatWasCommittedWithoutAWordYetMayHaveBeenSeen() {
        bed.append(1);
        Seen first = Seen.all(bed.events, 0);
        bed.commit(1);
        Seen second = Seen.all(bed.events, 2);
        assertThat(second.error).isNull();
        assertThat(second.frames).containsExactly(SseFrame.OPEN);
        assertThat(first.numbers()).containsExactly(1L, 2L);
    }

    @Test
    void readersAreLimitedAndLeaversMakeRoom() {
        List<Seen> all =
                IntStream.range(0, 101).mapToObj(i -> Seen.all(bed.events, 0)).toList();
        Seen refused = all.get(100);
        assertThat(refused.error)
                .isInstanceOf(EventException.TooManyReaders.class)
                .hasMessageContaining("100")
                .hasMessageContaining("sandbar.events.readers");
        all.get(7).cancel();
        assertThat(Seen.all(bed.events, 0).error).isNull();
    }

    @Test
    void framesAreMadeOnceForAllReaders() {
        List<Seen> all =
                IntStream.range(0, 50).mapToObj(i -> Seen.all(bed.events, 0)).toList();
        for (int i = 0; i < 20; i++) bed.append(1);
        assertThat(bed.events.encoded()).isEqualTo(20);
        assertThat(all)
                .allSatisfy(seen -> assertThat(seen.frames.get(20))
                        .isSameAs(all.get(0).frames.get(20)));
        assertThat(Seen.all(bed.events, 15).numbers()).hasSize(5);
        assertThat(bed.events.encoded()).isEqualTo(20);
    }

    @Test
    void aDroppedStreamEndsItsReaders() {
        Seen waits = Seen.all(bed.events, 0);
        bed.append(500);
        Seen lagging = Seen.idle(bed.events, 0);
        lagging.request(3);
        bed.drop();
        lagging.request(1000);
        assertThat(waits.completed).isTrue();
        assertThat(lagging.completed).isTrue();
        assertThat(bed.events.followed()).isZero();
    }

    @Test
    void shutdownCompletesReadersAndRefusesLaterOnes() {
        bed.append(3);
        Seen idle = Seen.idle(bed.events, 0);
        Seen slow = Seen.idle(bed.events, 0);
        slow.request(1);
        Seen seen = Seen.all(bed.events, 0);
        bed.close();
        assertThat(seen.completed).isTrue();
        assertThat(slow.completed).isTrue();
        assertThat(idle.error).isInstanceOf(EventException.Closed.class);
        assertThat(Seen.idle(bed.events, 0).error).isInstanceOf(EventException.Closed.class);
    }

    @Test
    void whoAsksAfterTheEndIsToldNothingMore() {
        bed.commit(2);
        Signals beyond = new Signals(bed, 7);
        Signals refused = new Signals(bed, 0);
        bed.store.faults.add(new StoreException.Unavailable("broken", null));
        bed.append(1);
        Signals terminal = new Signals(bed, 0);
        bed.finish();
        Signals over = new Signals(bed, 4);
        bed.close();
        Signals late = new Signals(bed, 0);
        assertThat(beyond.seen).containsExactly("BeyondEnd");
        assertThat(refused.seen).endsWith("Unavailable");
        assertThat(terminal.seen).containsExactly("", "test.some", "test.some", "test.some", Seen.LAST, "end");
        assertThat(over.seen).containsExactly("end");
        assertThat(late.seen).containsExactly("Closed");
        for (Signals each : List.of(beyond, refused, terminal, over, late)) {
            List<String> before = List.copyOf(each.seen);
            each.subscription().request(10);
            each.subscription().request(10);
            assertThat(each.seen).isEqualTo(before);
        }
    }

    @Test
    void aReaderIsToldNothingAfterItsCancellation() {
        Signals reader = new Signals(bed, 0);
        bed.append(1);
        reader.subscription().cancel();
        bed.append(1);
        reader.subscription().request(10);
        assertThat(reader.seen).containsExactly("", "test.some");
    }

    @Test
    void aReaderWhoseHistoryIsFoundDroppedEndsOnce() {
        bed.append(500);
        Signals lagging = new Signals(bed, 0, 3);
        bed.store.commit(bed.events.drop(Bed.STREAM)).block();
        lagging.subscription().request(1000);
        lagging.subscription().request(1000);
        assertThat(lagging.seen).endsWith("end").containsOnlyOnce("end");
    }

    @Test
    void whoComesToAFollowedStreamReadsNothingThatIsInMemory() {
        bed.commit(1000);
        Seen first = Seen.all(bed.events, 1000);
        assertThat(bed.store.reads).as("the newest page only").hasValueLessThanOrEqualTo(2);
        int before = bed.store.reads.get();
        Seen second = Seen.all(bed.events, 1000);
        Seen third = Seen.all(bed.events, 999);
        assertThat(bed.store.reads).hasValue(before);
        assertThat(bed.events.followed()).isEqualTo(1);
        assertThat(third.numbers()).containsExactly(1000L);
        assertThat(List.of(first, second)).allMatch(seen -> seen.frames.size() == 1);
    }

    @Test
    void pagesAreBoundedByBytes() {
        for (int i = 0; i < 20; i++) {
            bed.store
                    .commit(bed.events.event(Bed.STREAM, "big", Map.of("x", "y".repeat(60_000))))
                    .block();
        }
        Seen near = Seen.all(bed.events, 20);
        int before = bed.store.reads.get();
        Seen far = Seen.all(bed.events, 0);
        assertThat(near.numbers()).isEmpty();
        assertThat(far.numbers()).isEqualTo(upTo(20));
        assertThat(bed.store.reads.get() - before).as("three a page").isGreaterThanOrEqualTo(3);
    }

    @Test
    void aPageThatSeveralReadersWaitForIsReadOnce() {
        assertThat(readsOf(3)).isEqualTo(readsOf(1));
    }

    private static int readsOf(int readers) {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        try (Bed shared = new Bed(Bed.keeping(1000), time)) {
            shared.commit(500);
            Seen near = Seen.all(shared.events, 500);
            int before = shared.store.reads.get();
            shared.store.faults.add(new StoreException.Busy("busy"));
            List<Seen> far = IntStream.range(0, readers)
                    .mapToObj(i -> Seen.all(shared.events, 0))
                    .toList();
            time.advanceTimeBy(Duration.ofSeconds(5));
            assertThat(near.numbers()).isEmpty();
            assertThat(far).allMatch(seen -> seen.numbers().equals(upTo(500)));
            return shared.store.reads.get() - before;
        } finally {
            time.dispose();
        }
    }

    @Test
    void anEventMayHaveAsManyBytesAsItMay() {
        int bare = size("");
        assertThat(size("y".repeat(Events.CONTENT_MAX - bare))).isEqualTo(Events.CONTENT_MAX);
        assertThatThrownBy(() -> size("y".repeat(Events.CONTENT_MAX - bare + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private int size(String text) {
        Append append = bed.events.event("s", "ok", Map.of("x", text));
        return append.entries().get(0).length;
    }

    @Test
    void thereIsRoomForOneAtLeast() {
        Retention keep = EventSettings.DEFAULT.keep();
        assertThat(new EventSettings(keep, 1, 1, 0)).isNotNull();
        assertThatThrownBy(() -> new EventSettings(keep, 0, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EventSettings(keep, 1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aStoreThatFailsFailsTheReadersAndIsTriedAgainByTheNext() {
        Seen seen = Seen.all(bed.events, 0);
        bed.store.faults.add(new StoreException.Unavailable("broken", null));
        bed.append(1);
        assertThat(seen.error).isInstanceOf(StoreException.Unavailable.class);
        assertThat(Seen.all(bed.events, 0).numbers()).containsExactly(1L);
    }

    @Test
    void anOldPageThatFailsFailsItsReaderAlone() {
        bed.commit(300);
        Seen near = Seen.all(bed.events, 299);
        bed.store.faults.add(new StoreException.Unavailable("broken", null));
        assertThat(Seen.all(bed.events, 0).error).isInstanceOf(StoreException.Unavailable.class);
        bed.append(1);
        assertThat(near.numbers()).containsExactly(300L, 301L);
    }

    @Test
    void aBusyStoreIsAskedAgain() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        try (Bed busy = new Bed(Bed.keeping(1000), time)) {
            busy.commit(2);
            for (int i = 0; i < 3; i++) busy.store.faults.add(new StoreException.Busy("busy"));
            Seen seen = Seen.all(busy.events, 0);
            assertThat(seen.frames).isEmpty();
            time.advanceTimeBy(Duration.ofSeconds(5));
            assertThat(seen.numbers()).containsExactly(1L, 2L);
        }
    }

    @Test
    void eventsThatBreakTheRulesAreRefused() {
        assertThatThrownBy(() -> bed.events.event("s", "new\nline", Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bed.events.event("s", "ok", Map.of("seq", 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bed.events.event("s", "ok", Map.of("x", "y".repeat(Events.CONTENT_MAX))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65536");
        assertThatThrownBy(() -> bed.events.follow("s", -1, type -> false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }
}

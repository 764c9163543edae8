package dev.sandbar.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.DefaultEventExecutor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchdogTests {

    private final ThreadFactory threads = Thread::new; // that may block
    private final DefaultEventExecutor loop = new DefaultEventExecutor(threads);
    private final List<String> ends = new CopyOnWriteArrayList<>();
    private boolean full;
    private final Watchdog watchdog = new Watchdog(List.of(loop), () -> full, ends::add);

    @AfterEach
    void end() {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) watchdog.look();
    }

    /** Until all that it was given before has run. */
    private void await() {
        loop.submit(() -> {}).syncUninterruptibly();
    }

    @Test
    void loopThatRunsWhatItIsGivenLives() {
        for (int i = 0; i < 3 * Watchdog.PATIENCE; i++) {
            watchdog.look();
            await();
        }
        assertThat(ends).isEmpty();
    }

    @Test
    void loopThatStandsStillForAWhileGoesOnWithAllItsPatience() {
        for (int i = 0; i < 3; i++) {
            CountDownLatch rest = hold();
            look(Watchdog.PATIENCE);
            assertThat(ends).isEmpty();
            rest.countDown();
            await();
            look(1);
            await();
        }
        assertThat(ends).isEmpty();
    }

    @Test
    void loopThatStandsStillTooLongEndsTheProcess() {
        CountDownLatch rest = hold();
        look(Watchdog.PATIENCE + 1);
        assertThat(ends).containsExactly("an event loop stands still");
        rest.countDown();
    }

    @Test
    void loopThatHasDiedEndsTheProcessAtOnce() {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
        look(1);
        assertThat(ends).containsExactly("an event loop has died");
    }

    @Test
    void heapThatIsFullForAMomentIsNoneThatStaysFull() {
        for (int i = 0; i < 3; i++) {
            full = true;
            see(Watchdog.FULL - 1);
            full = false;
            see(1);
        }
        assertThat(ends).isEmpty();
        full = true;
        see(Watchdog.FULL);
        assertThat(ends).singleElement().asString().contains("-Xmx");
    }

    private void see(int times) {
        for (int i = 0; i < times; i++) {
            watchdog.look();
            await();
        }
    }

    @Test
    void looksByItselfUntilItIsStopped() {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
        watchdog.start();
        assertThat(watchdog.isRunning()).isTrue();
        Awaitility.await().until(() -> ends.contains("an event loop has died"));
        watchdog.stop();
        assertThat(watchdog.isRunning()).isFalse();
    }

    @Test
    void heapOfThisProcessIsKnownAndNotFull() {
        assertThat(new HeapUse().isFull()).isFalse();
    }

    private CountDownLatch hold() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch rest = new CountDownLatch(1);
        loop.execute(() -> {
            begun.countDown();
            Awaitility.await().until(() -> rest.getCount() == 0);
        });
        Awaitility.await().until(() -> begun.getCount() == 0);
        return rest;
    }
}

package dev.sandbar.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakTracker;
import org.junit.jupiter.api.Test;

class LeakGateTests {

    private final RecordingLeakDetectors detectors = new RecordingLeakDetectors();
    private final ResourceLeakDetector<Object> detector = detectors.newResourceLeakDetector(Object.class, 1);

    @Test
    void everyBufferOfTheRunIsWatched() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
    }

    @Test
    void thingThatIsLostWithoutBeingReleasedIsReported() {
        lose();
        assertThat(detectors.collect()).singleElement().asString().contains("leaked");
    }

    @Test
    void thingThatWasReleasedIsNotReported() {
        Object thing = new Object();
        ResourceLeakTracker<Object> tracker = detector.track(thing);
        assertThat(tracker).isNotNull().matches(found -> found.close(thing));
        assertThat(detectors.collect()).isEmpty();
    }

    private void lose() {
        assertThat(detector.track(new Object())).isNotNull();
    }
}

package dev.sandbar.gate;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Makes leak detectors that keep what they find instead of logging it. */
final class RecordingLeakDetectors extends ResourceLeakDetectorFactory {

    private static final long COLLECTION_LIMIT_MILLIS = 10_000;

    private final List<Detector<?>> detectors = new CopyOnWriteArrayList<>();
    private final List<String> leaks = new CopyOnWriteArrayList<>();

    @Override
    @SuppressWarnings("deprecation") // the signature that has to be implemented
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
            Class<T> resource, int samplingInterval, long maxActive) {
        return newResourceLeakDetector(resource, samplingInterval);
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
        Detector<T> detector = new Detector<>(resource, samplingInterval);
        detectors.add(detector);
        return detector;
    }

    /**
     * Forces garbage collections and gives everything that has leaked until now. What one of them has found is handed out
     * in no certain order, but before what the next one finds.
     */
    List<String> collect() {
        awaitCollection();
        awaitCollection();
        detectors.forEach(Detector::report);
        return List.copyOf(leaks);
    }

    private static void awaitCollection() {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        Reference<Object> canary = new PhantomReference<>(new Object(), collected);
        try {
            System.gc();
            collected.remove(COLLECTION_LIMIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Reference.reachabilityFence(canary);
        }
    }

    private final class Detector<T> extends ResourceLeakDetector<T> {

        private final Class<T> resource;

        Detector(Class<T> resource, int samplingInterval) {
            super(resource, samplingInterval);
            this.resource = resource;
        }

        /** Tracking something makes a detector look for what was collected untracked. */
        @SuppressWarnings("unchecked") // a detector never looks into what it tracks
        void report() {
            T nothing = (T) new Object();
            ResourceLeakTracker<T> tracker = track(nothing);
            if (tracker != null) tracker.close(nothing);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String type, String records) {
            leaks.add(resource.getName() + " leaked:" + records);
        }

        @Override
        protected void reportUntracedLeak(String type) {
            leaks.add(resource.getName() + " leaked, without a trace");
        }
    }
}

package dev.sandbar.gate;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import reactor.blockhound.BlockHound;

/**
 * Turns BlockHound on before the first test class is loaded, for unit and integration tests alike. What is allowed to
 * block is listed here, each with its reason; Reactor, Netty and Reactor Netty bring their own lists.
 */
public final class BlockingCallGate implements LauncherSessionListener {

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (System.getProperty("classworlds.conf") != null) return; // Maven's own JVM, which only lists the tests
        BlockHound.builder().loadIntegrations().with(BlockingCallGate::allowed).install();
    }

    private static void allowed(BlockHound.Builder calls) {
        // Appenders guard their stream by a lock, which is waited for when two threads log at once.
        calls.allowBlockingCallsInside("ch.qos.logback.classic.Logger", "callAppenders");
        // Reads the kernel's random device, which never waits once the machine is up.
        calls.allowBlockingCallsInside("sun.security.provider.NativePRNG$RandomIO", "readFully");
        // A pool's thread looks for work, or whether it is to end: guarded by the queue's lock.
        calls.allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "getTask");
        // A timer is ended, or its pool's thread begun, under a lock that is held for a moment. An error out of the
        // wait
        // for it would leave it taken for ever, and with it all timers of that thread.
        calls.allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove");
        calls.allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "addWorker");
        // Netty's pool of buffers grows, and waits for whoever takes one from the part that is given up.
        calls.allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$Magazine", "free");
        calls.allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "free");
        // Guards the making of a type's reader and writer by a lock: once for each type, without I/O.
        calls.allowBlockingCallsInside("tools.jackson.databind.deser.DeserializerCache", "findValueDeserializer");
        calls.allowBlockingCallsInside("tools.jackson.databind.ser.SerializerCache", "addAndResolveNonTypedSerializer");
        calls.allowBlockingCallsInside("tools.jackson.databind.util.SimpleLookupCache", "put");
    }
}

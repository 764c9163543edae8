package dev.sandbar.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;

/** The service, and what takes from it something that it can't be without: see {@link LastResortIT}. */
final class Lacking {

    private static final List<byte[]> KEPT = new ArrayList<>();

    private Lacking() {}

    public static void main(String[] arguments) {
        SandbarServer.main(new String[0]);
        switch (arguments[0]) {
            case "heap" -> new Thread(Lacking::holdAll).start();
            case "thread" -> new Thread(Lacking::takeAll).start();
            case "worker" -> Schedulers.boundedElastic().schedule(Lacking::takeAll);
            case "loops" -> endLoops();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void endLoops() {
        var unused =
                HttpResources.get().onServer(LoopResources.DEFAULT_NATIVE).shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    private static void takeAll() {
        for (; ; ) KEPT.add(new byte[64 * 1024]);
    }

    /** As a leak does whose owner lives through the errors. */
    private static void holdAll() {
        for (; ; LockSupport.parkNanos(1_000_000)) {
            try {
                takeAll();
            } catch (OutOfMemoryError full) {
                // What it has it holds.
            }
        }
    }
}

package dev.sandbar.sandbox;

import dev.sandbar.runtime.DiskUse;
import java.util.function.ToLongFunction;

/**
 * How short a disk is of bytes or inodes.
 *
 * @param kind of what, in words
 * @param amount how much of that a sandbox has
 */
record DiskLevel(Stage stage, String kind, long free, long total, ToLongFunction<DiskUse.Share> amount) {

    private static final int ROOMY = 4;

    enum Stage {
        CALM,
        REFUSE,
        END
    }

    /** Of bytes or of inodes, whichever is shorter. */
    static DiskLevel of(DiskUse disk, DiskSettings settings) {
        DiskLevel bytes = of(
                "bytes", disk.freeBytes(), disk.totalBytes(), settings, settings.enoughBytes(), DiskUse.Share::bytes);
        DiskLevel inodes = of(
                "inodes",
                disk.freeInodes(),
                disk.totalInodes(),
                settings,
                settings.enoughInodes(),
                DiskUse.Share::inodes);
        return inodes.stage.compareTo(bytes.stage) > 0 ? inodes : bytes;
    }

    private static DiskLevel of(
            String kind,
            long free,
            long total,
            DiskSettings settings,
            long enough,
            ToLongFunction<DiskUse.Share> amount) {
        boolean end = total > 0 && free < settings.endMark(total, enough);
        boolean refuse = total > 0 && free < settings.refuseMark(total, enough);
        return new DiskLevel(end ? Stage.END : refuse ? Stage.REFUSE : Stage.CALM, kind, free, total, amount);
    }

    /** Whether there is so much room that it lasts for some looks, however fast it is taken. */
    static boolean isRoomy(DiskUse disk, DiskSettings settings) {
        return disk.freeBytes() / ROOMY >= settings.refuseMark(disk.totalBytes(), settings.enoughBytes())
                && disk.freeInodes() / ROOMY >= settings.refuseMark(disk.totalInodes(), settings.enoughInodes());
    }

    boolean isCalm() {
        return stage == Stage.CALM;
    }

    /** Who has so much of the disk is missed when it goes. */
    long much() {
        return total / 20;
    }

    /** Of what a sandbox grows by between two looks, so much means nothing. */
    long noise() {
        return total / 500;
    }
}

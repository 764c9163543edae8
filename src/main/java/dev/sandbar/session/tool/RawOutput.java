package dev.sandbar.session.tool;

import java.util.ArrayList;
import java.util.List;

/** A command's raw output, held back until it is clear that it is worth a file of its own; of that the begin. */
final class RawOutput {

    static final long MOST = 64L << 20;
    private static final int MOST_HELD = 128 << 10;

    private final List<byte[]> held = new ArrayList<>();
    private long bytes;
    private boolean flowing;
    private boolean cut;

    /**
     * Takes the next piece, and gives what goes into the file now.
     *
     * @param wanted whether the file is needed
     */
    List<byte[]> take(byte[] piece, boolean wanted) {
        cut |= bytes + piece.length > MOST;
        if (cut) return List.of();
        bytes += piece.length;
        if (flowing) return List.of(piece);
        held.add(piece);
        if (!wanted && bytes <= MOST_HELD) return List.of();
        flowing = true;
        List<byte[]> all = List.copyOf(held);
        held.clear();
        return all;
    }

    /** Whether the file lacks the rest. */
    boolean isCut() {
        return cut;
    }
}

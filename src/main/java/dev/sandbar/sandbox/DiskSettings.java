package dev.sandbar.sandbox;

/**
 * How much of the disk that sandboxes share is kept free of them.
 *
 * @param refuseBelow percent of its bytes or inodes; where less is free, new files of those are refused that grow
 * @param endBelow where less is free, the sandbox that grows is ended
 * @param enoughBytes where so much is free nothing is done, however little of a large disk that is
 * @param enoughInodes the same of inodes
 */
public record DiskSettings(int refuseBelow, int endBelow, long enoughBytes, long enoughInodes) {

    private static final int MOST = 90;

    public DiskSettings {
        if (endBelow < 0 || endBelow > refuseBelow || refuseBelow > MOST) {
            throw new IllegalArgumentException(
                    "percentages of free disk must be 0 <= end-below <= refuse-below <= " + MOST);
        }
        if (enoughBytes < 1 || enoughInodes < 1) throw new IllegalArgumentException("enough is at least 1");
    }

    /** In the same proportion to the first mark as the percentages have. */
    long endMark(long total, long enough) {
        return refuseBelow == 0 ? 0 : refuseMark(total, enough) * endBelow / refuseBelow;
    }

    long refuseMark(long total, long enough) {
        return Math.min(total / 100 * refuseBelow, enough);
    }
}

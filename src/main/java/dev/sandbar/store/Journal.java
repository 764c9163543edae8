package dev.sandbar.store;

import java.util.List;
import reactor.core.publisher.Mono;

/** One log of {@link Journals}; its entries are numbered from 1 without a hole. */
public interface Journal {

    /** Most bytes of an entry: 1 MiB. */
    int ENTRY_MAX = 1024 * 1024;

    /**
     * What is to become an entry: two parts that are stored as one, so that nobody has to copy them together.
     *
     * @param head the first bytes; not to be changed any more
     * @param body the others; not to be changed any more
     */
    @SuppressWarnings("ArrayRecordComponent") // handed through untouched, never compared
    record Piece(byte[] head, byte[] body) {
        public int length() {
            return head.length + body.length;
        }
    }

    /** Which entries are kept. */
    LogRange range();

    /**
     * Adds entries, with the numbers behind the last one, and drops the oldest beyond the bound; one at a time, the next one
     * when this has answered. Where the journal has no room of its own any more the new entries may be dropped at once:
     * they have their numbers all the same.
     *
     * <p>Fails with {@link StoreException.Full} and {@link StoreException.Busy} when there is no room for now. The first of
     * the entries may have been added then, those up to {@link #range}: go on behind them.
     */
    Mono<Void> append(List<Piece> pieces);

    /**
     * The next entries behind {@code after} that are kept, in order: at least one, where there is one, and no more than
     * about {@code maxBytes}; none when there is nothing behind. May be asked while something is added.
     */
    Mono<List<LogEntry>> read(long after, int maxBytes);

    /** Nothing will be added for now: gives back what that needs. It can be read, and even added to, afterwards. */
    Mono<Void> rest();
}

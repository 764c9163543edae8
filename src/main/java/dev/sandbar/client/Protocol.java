package dev.sandbar.client;

/** Which routes a client uses. */
public enum Protocol {
    /** Sandbar's: short-lived tokens, commands that are resumed by id, events, metadata. */
    SANDBAR,
    /**
     * E2B's alone, so that any server works that speaks them. Streams can't be resumed there: one that breaks fails. What E2B
     * hasn't got (events, changes of metadata) fails with {@link UnsupportedOperationException}.
     */
    E2B
}

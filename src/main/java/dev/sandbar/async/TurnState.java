package dev.sandbar.async;

/** What a {@link Turn} does; it only ever moves down. */
enum TurnState {
    WAITING,
    /** The work is being subscribed to. */
    BEGINNING,
    WORKING,
    /** Cancelled: the cancel and the subscribing both go on. */
    LEAVING,
    /** Cancelled: one of both is left. */
    PARTED,
    /** Gives up its place in the line now, or has none any more. */
    ENDED
}

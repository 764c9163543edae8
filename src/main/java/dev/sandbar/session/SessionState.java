package dev.sandbar.session;

import java.util.Locale;

/** Where a session is in its life. */
public enum SessionState {
    /** It takes calls. */
    ACTIVE,
    /** As {@link #ACTIVE}, and somebody has to decide an approval. */
    AWAITING_APPROVAL,
    /** Nobody used it for long: its sandbox has ended; its next use brings it back. */
    IDLE,
    /** It is over, or about to be: nothing more happens in it. */
    ENDED;

    /** The word for clients. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.sandbar.autoconfigure;

/** What a normal stop of the service does with its sandboxes. */
public enum OnStop {
    /** They go on; the next start takes them up. */
    KEEP,
    /** They are ended. */
    END
}

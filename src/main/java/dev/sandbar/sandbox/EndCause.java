package dev.sandbar.sandbox;

/** Why a sandbox ended. */
public enum EndCause {
    /** Its owner asked for it, or went away before its creation was answered. */
    KILLED,
    /** Its deadline passed. */
    EXPIRED,
    /** Its agent no longer answered. */
    AGENT_GONE,
    /** It could not be made. */
    NOT_CREATED
}

package dev.sandbar.session;

import org.jspecify.annotations.Nullable;

/** What asking for hardware came to. */
public sealed interface Provision {

    /** The session as it is now. */
    Session session();

    /**
     * A sandbox of that hardware answers.
     *
     * @param created whether it was made for this
     * @param carried what became of the files of the sandbox before; null where there was none
     */
    record Ready(Session session, boolean created, @Nullable String carried) implements Provision {}

    /** A person has to decide. */
    record Waiting(Session session, Approval approval) implements Provision {}
}

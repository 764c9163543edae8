package dev.sandbar.gate;

import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine and can't bring along: it is skipped without it, where {@link Skips} allows that. */
public enum Needs {
    /** The right to mount a file system. */
    MOUNTS,
    /** The right to make users, who have ids below them. */
    USERS,
    /** A file system that the test's user can't write to. */
    CLOSED_DIRECTORY,
    /** Netty's library for this system. */
    EPOLL,
    /** Sandboxes with a root of their own. */
    SANDBOX_ROOT,
    /** Python on the host, which sandboxes see. */
    PYTHON,
    /** Cgroups of the first version, that count what the second one counts otherwise. */
    CGROUP_V1,
    CGROUP_MEMORY,
    CGROUP_CPU,
    CGROUP_PIDS;

    private static final String PREFIX = "needs ";

    /** Skips the test unless it is there. */
    public void orSkip(boolean there) {
        Assumptions.assumeTrue(there, this::reason);
    }

    /** As it stands in reports and in the list of what may be skipped. */
    String reason() {
        return PREFIX + this;
    }
}

package dev.sandbar.sandbox;

import java.util.Map;
import java.util.Set;

/** States of a sandbox, and which may follow which. */
public enum SandboxState {
    CREATING,
    RUNNING,
    KILLING,
    GONE;

    private static final Map<SandboxState, Set<SandboxState>> NEXT = Map.of(
            CREATING, Set.of(RUNNING, KILLING),
            RUNNING, Set.of(KILLING),
            KILLING, Set.of(GONE),
            GONE, Set.of());

    /** Whether the table allows this step. */
    public boolean allows(SandboxState next) {
        return NEXT.getOrDefault(this, Set.of()).contains(next);
    }
}

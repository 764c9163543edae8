package dev.sandbar.sandbox;

import dev.sandbar.runtime.Agent;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Owners whose sandboxes may make no new files now, and why; of owners that have sandboxes only. */
final class FullDisk {

    private final Map<String, String> reasons = new ConcurrentHashMap<>();

    /** True where it wasn't refused before. */
    boolean refuse(String owner, String reason) {
        return reasons.put(owner, reason) == null;
    }

    void clear() {
        reasons.clear();
    }

    /** The agent, as far as this owner may use it now. */
    Agent allowed(String owner, Agent agent) {
        String reason = reasons.get(owner);
        return reason == null ? agent : new FullDiskAgent(agent, reason);
    }
}

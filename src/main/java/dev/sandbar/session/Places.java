package dev.sandbar.session;

import java.util.HashMap;
import java.util.Map;

/** How many sessions may be active, in all and of each owner. Each step is atomic; none waits. */
final class Places {

    private final Map<String, Integer> owners = new HashMap<>();
    private final int most;
    private final int mostPerOwner;
    private int taken;

    Places(int most, int mostPerOwner) {
        this.most = most;
        this.mostPerOwner = mostPerOwner;
    }

    /** Takes a place, or throws {@link SessionException.LimitReached}. */
    synchronized void take(String owner) {
        if (owners.getOrDefault(owner, 0) >= mostPerOwner) throw SessionException.LimitReached.perOwner(mostPerOwner);
        if (taken >= most) throw SessionException.LimitReached.inAll(most);
        force(owner);
    }

    /** Takes a place for a session that is active already, whatever the limits are by now. */
    synchronized void force(String owner) {
        owners.merge(owner, 1, Integer::sum);
        taken++;
    }

    synchronized void free(String owner) {
        owners.computeIfPresent(owner, (key, count) -> count == 1 ? null : count - 1);
        taken--;
    }

    synchronized int taken() {
        return taken;
    }

    synchronized int taken(String owner) {
        return owners.getOrDefault(owner, 0);
    }
}

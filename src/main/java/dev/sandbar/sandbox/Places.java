package dev.sandbar.sandbox;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** How many sandboxes there may be, in all and of each owner. Each step is atomic; none waits. */
final class Places {

    private final Map<String, Integer> owners = new HashMap<>();
    private final int most;
    private final int mostPerOwner;
    private int taken;

    Places(int most, int mostPerOwner) {
        this.most = most;
        this.mostPerOwner = mostPerOwner;
    }

    /** Takes a place, or throws {@link SandboxException.LimitReached}. */
    synchronized Place take(String owner) {
        if (owners.getOrDefault(owner, 0) >= mostPerOwner) throw SandboxException.LimitReached.perOwner(mostPerOwner);
        if (taken >= most) throw SandboxException.LimitReached.inAll(most);
        return force(owner);
    }

    /** Takes a place for a sandbox that is there already, whatever the limits are by now. */
    synchronized Place force(String owner) {
        owners.merge(owner, 1, Integer::sum);
        taken++;
        return new Place(this, owner);
    }

    private synchronized void free(String owner) {
        owners.computeIfPresent(owner, (key, count) -> count == 1 ? null : count - 1);
        taken--;
    }

    synchronized int taken() {
        return taken;
    }

    synchronized int taken(String owner) {
        return owners.getOrDefault(owner, 0);
    }

    /** A place that is taken: for somebody who waits, or, when {@link #settle} was called, for a sandbox that exists. */
    static final class Place implements AutoCloseable {

        private enum State {
            RESERVED,
            SETTLED,
            FREE
        }

        private final AtomicReference<State> state = new AtomicReference<>(State.RESERVED);
        private final Places places;
        private final String owner;

        private Place(Places places, String owner) {
            this.places = places;
            this.owner = owner;
        }

        /** False when it is free already: who waited for it has left. */
        boolean settle() {
            return state.compareAndSet(State.RESERVED, State.SETTLED);
        }

        /** Frees it, unless it was settled. */
        void leave() {
            if (state.compareAndSet(State.RESERVED, State.FREE)) places.free(owner);
        }

        /** Frees it, by the first call. */
        @Override
        public void close() {
            if (state.getAndSet(State.FREE) != State.FREE) places.free(owner);
        }
    }
}

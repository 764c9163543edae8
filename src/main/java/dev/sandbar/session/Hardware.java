package dev.sandbar.session;

import dev.sandbar.runtime.SandboxSpec.Limits;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A named size.
 *
 * @param limits ceilings, not reservations
 * @param gpus how many graphics processors
 * @param microsPerHour price in millionths of a US dollar, 0 for nothing
 * @param runtimes names of the runtimes that offer it; null for all of them
 */
public record Hardware(
        String name,
        Limits limits,
        int gpus,
        long microsPerHour,
        @Nullable Set<String> runtimes) {

    public Hardware {
        if (runtimes != null) runtimes = Set.copyOf(runtimes);
    }

    boolean offeredBy(String runtime) {
        return runtimes == null || runtimes.contains(runtime);
    }
}

package dev.sandbar.runtime;

import java.time.Instant;

/**
 * What a runtime has to start.
 *
 * @param sandboxId matches {@code [a-z0-9]+}, unique for ever
 * @param template name of the file system to start from
 * @param limits ceilings of the sandbox
 * @param deadline when the agent may end the sandbox by itself if no service speaks to it any more
 */
public record SandboxSpec(String sandboxId, String template, Limits limits, Instant deadline) {

    /**
     * Ceilings, not reservations.
     *
     * @param cpus whole processors, at least 1
     * @param memoryMiB memory with tmpfs files, in MiB
     * @param diskMiB size of the largest file and of {@code /tmp}, in MiB; what is enforced is said in capabilities
     * @param processes processes and threads
     */
    public record Limits(int cpus, int memoryMiB, int diskMiB, int processes) {
        public Limits {
            if (cpus < 1 || memoryMiB < 16 || diskMiB < 1 || processes < 8) {
                throw new IllegalArgumentException("limits too small: cpus " + cpus + ", memory " + memoryMiB
                        + " MiB, disk " + diskMiB + " MiB, processes " + processes);
            }
        }
    }
}

package dev.sandbar.sandbox;

import dev.sandbar.runtime.Agent;
import reactor.core.publisher.Mono;

/**
 * Told about sandboxes; for features that rest on them. Nobody waits for an answer for long: what it stands for goes on
 * without it.
 */
public interface SandboxListener {

    /**
     * The sandbox has begun to end: no call reaches it any more, its processes are about to be killed. Told again with
     * each further attempt at an end that failed, also by a later run of the service.
     */
    Mono<Void> ending(Sandbox sandbox, EndCause cause);

    /** A sandbox of an earlier run of the service was taken up, and will soon be open to calls. */
    default Mono<Void> adopted(Sandbox sandbox, Agent agent) {
        return Mono.empty();
    }

    /**
     * The record of a sandbox that has ended is about to be removed, and with it whatever is kept of the sandbox. An
     * error puts this off. May be told more than once.
     */
    default Mono<Void> forgotten(Sandbox sandbox) {
        return Mono.empty();
    }
}

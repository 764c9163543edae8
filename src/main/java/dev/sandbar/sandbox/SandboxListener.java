package dev.sandbar.sandbox;

import reactor.core.publisher.Mono;

/** Told about the end of sandboxes; for features that rest on them. */
public interface SandboxListener {

    /**
     * The sandbox has begun to end: no call reaches it any more, its processes are about to be killed. The end waits
     * for the answer, but not for long, and goes on without it.
     */
    Mono<Void> ending(Sandbox sandbox, EndCause cause);
}

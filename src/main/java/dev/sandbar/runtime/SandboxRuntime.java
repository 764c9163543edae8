package dev.sandbar.runtime;

import reactor.core.publisher.Mono;

/** Starts and ends sandboxes. Implementations are safe for use by any thread; nothing blocks the caller. */
public interface SandboxRuntime {

    /** What this host gives and what it doesn't; found out when the runtime was made, never changes. */
    RuntimeCapabilities capabilities();

    /**
     * Starts a sandbox, once for each subscription, and emits its agent when that has answered.
     *
     * <p>Cancelling asks for the end of the creation: whatever it has made by then is destroyed by the runtime. On an
     * error nothing is left either. Fails with {@link RuntimeUnavailableException} when the host refuses or is too
     * busy.
     */
    Mono<Agent> start(SandboxSpec spec);

    /**
     * Ends every process of the sandbox and removes its files, and completes when both were verified. A sandbox that
     * is unknown or gone already completes too. Cancelling does not stop it.
     */
    Mono<Void> destroy(String sandboxId);

    /**
     * Measures what a sandbox uses, once for each subscription. Fails with {@link UsageUnknownException} where this host
     * can't tell, and with {@link RuntimeUnavailableException} when it can't tell now, or the sandbox is gone.
     */
    Mono<Usage> usage(String sandboxId);
}

package dev.sandbar.runtime;

import dev.sandbar.runtime.SandboxSpec.Limits;
import java.time.Instant;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Starts and ends sandboxes. Implementations are safe for use by any thread; nothing blocks the caller. */
public interface SandboxRuntime {

    /** What this host gives and what it doesn't; found out when the runtime was made, never changes. */
    RuntimeCapabilities capabilities();

    /**
     * What is to be recorded with a sandbox before it is started, so that a later run can tell whether it may still be
     * there; means something to this runtime only. Doesn't block.
     */
    String handle();

    /**
     * Starts a sandbox, once for each subscription, and emits its agent when that has answered.
     *
     * <p>Cancelling asks for the end of the creation: whatever it has made by then is destroyed by the runtime. On an
     * error nothing is left either. Fails with {@link RuntimeUnavailableException} when the host refuses or is too
     * busy.
     */
    Mono<Agent> start(SandboxSpec spec);

    /**
     * The ceilings with which the host shows a sandbox that was started, once for each subscription; empty where it
     * doesn't show it yet. A creation is over when these are what was asked for. Runtimes whose sandboxes are there, and
     * as asked, when their agent answers needn't look.
     */
    default Mono<Limits> shown(SandboxSpec spec) {
        return Mono.just(spec.limits());
    }

    /**
     * Takes up a sandbox that an earlier run of this instance started, once for each subscription: emits its agent when
     * that has greeted by the sandbox's own mark and knows the deadline. From then on it is one of this runtime's.
     *
     * <p>Destroys nothing, also when it fails or is cancelled; {@link #destroy} works afterwards in any case. Fails with
     * {@link SandboxLostException} when the sandbox is not there any more, and with {@link RuntimeUnavailableException}
     * when this runtime is too busy, which says nothing about the sandbox.
     *
     * @param handle what {@link #handle} gave when the sandbox was recorded
     * @param deadline when the agent may end the sandbox by itself
     */
    Mono<Agent> adopt(String sandboxId, String handle, Instant deadline);

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

    /**
     * Tells how often the sandbox has met its ceilings, once for each subscription. Fails like {@link #usage}.
     */
    Mono<Strain> strain(String sandboxId);

    /**
     * Looks at the disk that all sandboxes share, once for each subscription; empty for runtimes that have none.
     *
     * @param shares whether it is counted who uses it too, which may take some seconds
     */
    default Mono<DiskUse> disk(boolean shares) {
        return Mono.empty();
    }

    /**
     * Destroys what bears this instance's mark and is neither kept nor known to this object, that is neither started
     * nor adopted by it; never another instance's. Half-made and half-destroyed sandboxes are met too. Emits how many
     * sandboxes there were; one that can't be destroyed fails it after the others were tried, and it can be asked again.
     * Cancelling stops it between two sandboxes.
     *
     * @param keep ids of sandboxes that are left alone
     */
    Mono<Integer> sweep(Set<String> keep);
}

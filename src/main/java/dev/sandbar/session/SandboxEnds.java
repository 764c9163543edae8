package dev.sandbar.session;

import dev.sandbar.sandbox.EndCause;
import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.SandboxListener;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Hears of the end of sandboxes for {@link Sessions}, which are made after the sandboxes are: one that expired, was killed
 * by its owner, or whose agent is gone. Never waits.
 */
public final class SandboxEnds implements SandboxListener {

    private volatile @Nullable Hearer hearer;

    /** Who is told. */
    interface Hearer {
        void ended(String sandboxId, EndCause cause);
    }

    void tell(Hearer told) {
        hearer = told;
    }

    @Override
    public Mono<Void> ending(Sandbox sandbox, EndCause cause) {
        return Mono.fromRunnable(() -> {
            Hearer told = hearer;
            if (told != null) told.ended(sandbox.id(), cause);
        });
    }
}

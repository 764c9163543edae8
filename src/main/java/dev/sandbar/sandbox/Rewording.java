package dev.sandbar.sandbox;

import dev.sandbar.async.BackgroundTasks;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Changes the owner's words about sandboxes: each patch is applied in the sandbox's turn, so none undoes another. */
final class Rewording {

    private static final String STALE =
            "The metadata isn't what If-Match names any more: read it again, and send the change with its new ETag";

    private final Changes changes;
    private final BackgroundTasks tasks;

    Rewording(Parts parts) {
        this.changes = parts.changes();
        this.tasks = parts.tasks();
    }

    /** Lazy; the work is a task's: who cancels doesn't learn whether it was changed. */
    Mono<Sandbox> reword(Entry entry, MetadataPatch patch) {
        return Mono.defer(() -> tasks.start("Metadata of " + entry.id(), reworded(entry, patch)))
                .switchIfEmpty(Mono.error(() -> new SandboxException.NotFound(entry.id())));
    }

    /** Empty when it doesn't run. */
    private Mono<Sandbox> reworded(Entry entry, MetadataPatch patch) {
        return changes.make(entry, now -> changed(entry, now, patch))
                .switchIfEmpty(Mono.fromSupplier(() -> entry.usable() ? entry.now() : null));
    }

    private static @Nullable Next changed(Entry entry, Sandbox now, MetadataPatch patch) {
        if (!entry.usable()) return null;
        if (!patch.condition().test(now.metadata())) throw new SandboxException.Stale(STALE);
        Map<String, String> words = patch.apply(now.metadata());
        if (words.equals(now.metadata())) return null;
        MetadataRules.check(words);
        return Next.reworded(now.withMetadata(words));
    }
}

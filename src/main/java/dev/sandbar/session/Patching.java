package dev.sandbar.session;

import dev.sandbar.sandbox.MetadataRules;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Changes what owners say about their sessions. */
final class Patching {

    private final Parts parts;

    Patching(Parts parts) {
        this.parts = parts;
    }

    /** Lazy; a cancel doesn't undo it. */
    Mono<Session> patch(Entry entry, SessionPatch patch) {
        Mono<Session> change = parts.changes().make(entry, session -> patched(session, patch));
        return Mono.defer(() -> parts.tasks().start("Change of session " + entry.id(), change));
    }

    private static @Nullable Session patched(Session session, SessionPatch patch) {
        if (!session.lives()) throw new SessionException.Ended(session.id(), session.cause());
        if (patch.revision() != null && patch.revision() != session.revision()) {
            throw new SessionException.Stale(session.revision());
        }
        Draft draft = session.edit();
        if (patch.title() != null) draft.title = patch.title();
        patch.metadata().forEach((name, value) -> {
            if (value == null) draft.metadata.remove(name);
            else draft.metadata.put(name, value);
        });
        MetadataRules.check(draft.metadata);
        if (draft.build().equals(session)) return null;
        draft.revision++;
        return draft.build();
    }
}

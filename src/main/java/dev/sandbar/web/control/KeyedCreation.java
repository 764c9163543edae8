package dev.sandbar.web.control;

import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.SandboxRequest;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.web.idempotency.Answer;
import dev.sandbar.web.idempotency.Work;
import reactor.core.publisher.Mono;

/** A creation that is done once for a key; only the sandbox's id is kept, its answer is made anew from what runs. */
public record KeyedCreation(Sandboxes sandboxes, SandboxRequest wanted) implements Work {

    @Override
    public String reference() {
        return sandboxes.newId();
    }

    @Override
    public Mono<Answer> run(String id) {
        return sandboxes.create(id, wanted).then(Mono.empty());
    }

    /** One whose end has begun doesn't count. */
    @Override
    public Mono<Boolean> isThere(String id) {
        return find(id).hasElement();
    }

    Mono<Sandbox> find(String id) {
        return Mono.fromSupplier(() -> sandboxes.find(id));
    }
}

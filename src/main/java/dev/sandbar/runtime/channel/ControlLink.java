package dev.sandbar.runtime.channel;

import dev.sandbar.runtime.AgentGoneException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * Keeps a connection for as long as the agent is there, and tells when it isn't.
 *
 * <p>That a connection has ended, or that nothing came over it, proves nothing by itself: it may be the service that lacks
 * memory, descriptors or time, and an agent that answers lives. So it is asked again on another connection, until the
 * failures in a row are {@linkplain Proof proof enough}: nobody listens any more, it says what no agent says, it was silent
 * on two connections, or three broke. On the later ones it has to answer as soon as it is to greet.
 */
final class ControlLink {

    private final Conversations conversations;
    private final Sinks.One<Answer.Hello> greeting = Sinks.one();
    private final Sinks.Empty<Void> gone = Sinks.empty();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final AtomicInteger proof = new AtomicInteger();
    private volatile @Nullable ControlTalk talk;

    ControlLink(Conversations conversations) {
        this.conversations = conversations;
    }

    /**
     * Keeps connections until the agent is gone, then ends all others and says so. Cancelled (because the service ends), it
     * says nothing: the agent lives on.
     */
    Mono<Void> serve() {
        return Flux.defer(() -> conversations.hold(answerWithin(), greeting::tryEmitValue, this::talk))
                .then()
                .retryWhen(Retry.from(failed -> failed.concatMap(signal -> again(signal.failure()), 1)))
                .takeUntilOther(closed.asMono())
                .onErrorResume(RuntimeException.class, this::end)
                .doFinally(signal -> talk = null);
    }

    /** Emits when the agent has greeted; fails when it can't be reached. */
    Mono<Answer.Hello> greeting() {
        return greeting.asMono();
    }

    Mono<Void> gone() {
        return gone.asMono();
    }

    /** Gives the connection up without a word. */
    void close() {
        closed.tryEmitEmpty();
    }

    Mono<Void> deadline(Instant deadline) {
        return Mono.create(sink -> {
            ControlTalk now = talk;
            if (now == null) sink.error(new AgentGoneException("the agent is gone", null));
            else now.ask(deadline, sink);
        });
    }

    private Flux<Void> talk(Conversation opened) {
        ControlTalk begun = new ControlTalk(opened, conversations.settings(), () -> proof.set(0));
        talk = begun;
        return begun.run();
    }

    private @Nullable Duration answerWithin() {
        boolean inDoubt = proof.get() > 0;
        return inDoubt ? conversations.settings().greeting() : null;
    }

    /** When to ask again; fails with what means that there is nobody to ask. */
    private Mono<Long> again(Throwable failure) {
        int more = Proof.of(failure);
        Duration every = conversations.settings().pingEvery();
        if (more == 0) return Mono.delay(every);
        return proof.addAndGet(more) >= Proof.ENOUGH ? Mono.error(failure) : Mono.delay(every.dividedBy(Proof.ENOUGH));
    }

    private Mono<Void> end(RuntimeException error) {
        conversations.endAll("the agent is gone: " + error.getMessage());
        greeting.tryEmitError(error);
        gone.tryEmitEmpty();
        return Mono.empty();
    }
}

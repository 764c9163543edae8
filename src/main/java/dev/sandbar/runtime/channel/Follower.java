package dev.sandbar.runtime.channel;

import dev.sandbar.runtime.ProcessEvent;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Follows one process on one connection: checks what the agent tells, and tells it what was taken. */
final class Follower {

    private static final byte[] FORGET = new Request().empty(Types.FORGET).toBytes();

    private final Conversation conversation;
    private boolean started;
    private boolean joined;
    private volatile long next;

    /**
     * @param started whether the process was started before, so that its output comes first
     * @param from the first offset that may come
     */
    Follower(Conversation conversation, boolean started, long from) {
        this.conversation = conversation;
        this.started = started;
        this.joined = !started;
        this.next = from;
    }

    Flux<ProcessEvent> follow(Once request, Publisher<Long> acknowledged) {
        Sinks.Empty<Void> taken = Sinks.empty();
        Mono<ProcessEvent> sent = Mono.defer(() -> conversation.send(request.take()))
                .then(acknowledge(acknowledged))
                .doOnSuccess(done -> taken.tryEmitEmpty())
                .then(Mono.never());
        return conversation
                .read(this::event)
                .takeUntil(ProcessEvent.Exited.class::isInstance)
                .concatWith(forget(taken.asMono()))
                .takeUntilOther(sent);
    }

    /** Where the connection ends before, the agent keeps the process and its reader comes again. */
    private Mono<ProcessEvent> forget(Mono<Void> taken) {
        return Mono.firstWithSignal(taken, conversation.closed())
                .then(conversation.send(FORGET).onErrorComplete())
                .then(Mono.empty());
    }

    /** Sends only the newest offset where they come faster than the socket takes them. */
    private Mono<Void> acknowledge(Publisher<Long> offsets) {
        return Flux.from(offsets)
                .onBackpressureLatest()
                .concatMap(offset -> conversation.send(Request.number(Types.ACKNOWLEDGE, Math.min(offset, next))), 1)
                .then();
    }

    private ProcessEvent event(Answer answer) {
        if (!started) {
            started = true;
            return new ProcessEvent.Started(answer.as(Answer.Started.class).pid());
        }
        if (answer instanceof Answer.Output output) return output(output.event());
        Answer.Exit exit = answer.as(Answer.Exit.class);
        checkOffset(exit.endOffset());
        return new ProcessEvent.Exited(exit.signalled(), exit.code(), exit.timedOut());
    }

    private ProcessEvent.Output output(ProcessEvent.Output output) {
        checkOffset(output.offset());
        next = output.offset() + output.bytes().length;
        return output;
    }

    /** The first offset after joining may leave out what is not kept any more; after that nothing is left out. */
    private void checkOffset(long offset) {
        if (joined ? offset != next : offset < next) {
            throw new ProtocolException("offset " + offset + " after " + next);
        }
        joined = true;
    }
}

package dev.sandbar.runtime.channel;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessInfo;
import dev.sandbar.runtime.ProcessSpec;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Conversations about processes. */
final class Processes {

    private static final int PROCESSES_MAX = 100_000;
    private static final byte[] END = new Request().empty(Types.END).toBytes();

    private final Conversations conversations;

    Processes(Conversations conversations) {
        this.conversations = conversations;
    }

    Flux<ProcessEvent> start(ProcessSpec spec, Publisher<Long> acknowledged) {
        return Flux.defer(() -> {
            Once request = new Once(Requests.start(spec).toBytes());
            return conversations.hold(
                    conversations.settings().answer(), c -> new Follower(c, false, 0).follow(request, acknowledged));
        });
    }

    Flux<ProcessEvent> attach(String processId, long offset, Publisher<Long> acknowledged) {
        return Flux.defer(() -> {
            Once request = new Once(Requests.attach(processId, offset).toBytes());
            return conversations.hold(null, c -> new Follower(c, true, offset).follow(request, acknowledged));
        });
    }

    Flux<ProcessInfo> list() {
        byte[] request = new Request().empty(Types.LIST).toBytes();
        return conversations.hold(
                conversations.settings().answer(),
                c -> c.send(request)
                        .thenMany(c.read(answer -> answer))
                        .takeWhile(answer -> !(answer instanceof Answer.Ok))
                        .map(answer -> answer.as(Answer.Known.class).info())
                        .index(Processes::bounded));
    }

    /** Waits for the process as long as that takes: a deadline is the caller's. */
    Mono<Void> write(String processId, byte[] bytes) {
        byte[] request = new Request().text(Types.INPUT, processId).toBytes();
        return conversations
                .hold(
                        null,
                        c -> Mono.firstWithSignal(
                                c.readOne(answer -> answer.as(Answer.Ok.class)),
                                c.send(request)
                                        .then(c.sendData(bytes))
                                        .then(c.send(END))
                                        .then(Mono.never())))
                .then();
    }

    Mono<Void> ok(Supplier<Request> request) {
        return conversations
                .hold(
                        conversations.settings().answer(),
                        c -> Mono.defer(() -> c.send(request.get().toBytes()))
                                .then(c.readOne(answer -> answer.as(Answer.Ok.class))))
                .then();
    }

    private static ProcessInfo bounded(long index, ProcessInfo info) {
        if (index >= PROCESSES_MAX) {
            throw new AgentException(AgentException.Code.EXHAUSTED, "too many processes to list");
        }
        return info;
    }
}

package dev.sandbar.command;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentException.Code;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessInfo;
import dev.sandbar.runtime.ProcessSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** An agent in memory that keeps what nobody has acknowledged, as the real one does, over restarts of the service. */
final class KeepingAgent extends ScriptedAgent {

    final AtomicInteger starts = new AtomicInteger();
    private final Map<String, Running> processes = new ConcurrentHashMap<>();
    volatile @Nullable RuntimeException refusal;
    volatile boolean silent;
    volatile boolean obeysTerm = true;
    volatile boolean leavesChildren;
    volatile boolean deaf;

    /** What a process does as soon as it runs. */
    volatile Runnable firstThing = () -> {};

    private static final class Running {
        final String id;
        final List<ProcessEvent.Output> kept = new ArrayList<>();
        long end;
        boolean childrenLeft;
        ProcessEvent.@Nullable Exited exit;
        Sinks.@Nullable Many<ProcessEvent> follower;

        Running(String id) {
            this.id = id;
        }
    }

    @Override
    public Flux<ProcessEvent> start(ProcessSpec spec, Publisher<Long> acknowledged) {
        return Flux.defer(() -> {
            if (refusal != null) return Flux.error(refusal);
            Running process = new Running(spec.id());
            if (processes.putIfAbsent(spec.id(), process) != null) {
                return Flux.error(new AgentException(Code.EXISTS, "in use"));
            }
            starts.incrementAndGet();
            firstThing.run();
            if (silent) return Flux.never();
            return Flux.<ProcessEvent>just(new ProcessEvent.Started(42)).concatWith(follow(process, 0, acknowledged));
        });
    }

    @Override
    public Flux<ProcessEvent> attach(String id, long from, Publisher<Long> acknowledged) {
        return Flux.defer(() -> follow(process(id), from, acknowledged));
    }

    private synchronized Flux<ProcessEvent> follow(Running process, long from, Publisher<Long> acknowledged) {
        Sinks.Many<ProcessEvent> sink = Sinks.many().unicast().onBackpressureBuffer();
        if (process.follower != null) process.follower.tryEmitError(new AgentGoneException("another reader", null));
        process.follower = sink;
        process.kept.stream()
                .filter(piece -> piece.offset() + piece.bytes().length > from)
                .forEach(sink::tryEmitNext);
        if (process.exit != null) sink.tryEmitNext(process.exit);
        Flux<ProcessEvent> acknowledgements = Flux.from(acknowledged)
                .doOnNext(offset -> acknowledge(process, offset))
                .doOnComplete(() -> forget(process))
                .thenMany(Flux.empty());
        return Flux.merge(sink.asFlux(), acknowledgements);
    }

    private synchronized void acknowledge(Running process, long offset) {
        process.kept.removeIf(piece -> piece.offset() + piece.bytes().length <= offset);
    }

    private synchronized void forget(Running process) {
        if (process.exit == null) return;
        processes.remove(process.id, process);
        if (process.follower != null) process.follower.tryEmitComplete();
    }

    synchronized void print(String id, String text) {
        Running process = process(id);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ProcessEvent.Output piece = new ProcessEvent.Output(process.end, ProcessEvent.Stream.STDOUT, bytes);
        process.end += bytes.length;
        process.kept.add(piece);
        if (process.follower != null) process.follower.tryEmitNext(piece);
    }

    void exit(String id, int code) {
        exit(id, new ProcessEvent.Exited(false, code, false));
    }

    synchronized void exit(String id, ProcessEvent.Exited exit) {
        Running process = processes.get(id);
        if (process == null || process.exit != null) return;
        process.exit = exit;
        process.childrenLeft = leavesChildren;
        if (process.follower != null) process.follower.tryEmitNext(exit);
    }

    @Override
    public Mono<Void> signal(String id, int signal) {
        return Mono.fromRunnable(() -> receive(id, signal));
    }

    private synchronized void receive(String id, int signal) {
        calls.add("signal " + signal);
        Running process = process(id);
        if (process.exit != null && !process.childrenLeft) throw new AgentException(Code.NOT_FOUND, "nothing is left");
        if (signal == 9) process.childrenLeft = false;
        if (process.exit == null && (signal == 9 || (signal == 15 && obeysTerm))) {
            exit(id, new ProcessEvent.Exited(true, signal, false));
            if (signal == 9) process.childrenLeft = false;
        }
    }

    @Override
    public synchronized Flux<ProcessInfo> processes() {
        if (deaf) return Flux.error(new AgentGoneException("it was told not to answer", null));
        return Flux.fromIterable(processes.values().stream()
                .map(process -> new ProcessInfo(process.id, 42, process.exit == null, process.end))
                .toList());
    }

    /** As if nothing had ever been started. */
    void forgetAll() {
        processes.clear();
    }

    boolean knows(String id) {
        return processes.containsKey(id);
    }

    private Running process(String id) {
        Running process = processes.get(id);
        if (process == null) throw new AgentException(Code.NOT_FOUND, "no process " + id);
        return process;
    }
}

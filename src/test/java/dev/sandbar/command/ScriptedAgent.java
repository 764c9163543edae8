package dev.sandbar.command;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.FileEntry;
import dev.sandbar.runtime.FileEvent;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.FileWrite;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessInfo;
import dev.sandbar.runtime.ProcessSpec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** An agent in memory that says what a test tells it to say; one process at a time. */
class ScriptedAgent implements Agent {

    final List<String> calls = new CopyOnWriteArrayList<>();
    final List<Long> acknowledged = new CopyOnWriteArrayList<>();
    final AtomicInteger taken = new AtomicInteger();
    final AtomicInteger busy = new AtomicInteger();
    private final AtomicLong offset = new AtomicLong();
    private volatile Sinks.Many<ProcessEvent> conversation =
            Sinks.many().unicast().onBackpressureBuffer();

    void say(ProcessEvent event) {
        conversation.emitNext(event, Sinks.EmitFailureHandler.FAIL_FAST);
    }

    void started() {
        say(new ProcessEvent.Started(42));
    }

    void print(String text) {
        print(text.getBytes(StandardCharsets.UTF_8));
    }

    void print(byte[] bytes) {
        printAt(offset.getAndAdd(bytes.length), bytes);
    }

    void printAt(long at, byte[] bytes) {
        say(new ProcessEvent.Output(at, ProcessEvent.Stream.STDOUT, bytes));
    }

    void exit(int code) {
        say(new ProcessEvent.Exited(false, code, false));
        conversation.emitComplete(Sinks.EmitFailureHandler.FAIL_FAST);
    }

    void kill(int signal, boolean timedOut) {
        say(new ProcessEvent.Exited(true, signal, timedOut));
        conversation.emitComplete(Sinks.EmitFailureHandler.FAIL_FAST);
    }

    /** Says nothing more, and nothing of an exit. */
    void fallSilent() {
        conversation.emitComplete(Sinks.EmitFailureHandler.FAIL_FAST);
    }

    /** Ends the present conversation; the next one has a stream of its own. */
    void breakOff(RuntimeException error) {
        Sinks.Many<ProcessEvent> old = conversation;
        conversation = Sinks.many().unicast().onBackpressureBuffer();
        old.emitError(error, Sinks.EmitFailureHandler.FAIL_FAST);
    }

    @Override
    public Flux<ProcessEvent> start(ProcessSpec spec, Publisher<Long> acknowledgements) {
        calls.add("start " + String.join(" ", spec.command()));
        return talk(acknowledgements);
    }

    @Override
    public Flux<ProcessEvent> attach(String processId, long from, Publisher<Long> acknowledgements) {
        calls.add("attach " + from);
        return talk(acknowledgements);
    }

    private Flux<ProcessEvent> talk(Publisher<Long> acknowledgements) {
        Flux<ProcessEvent> never = Flux.from(acknowledgements)
                .doOnNext(acknowledged::add)
                .ignoreElements()
                .cast(ProcessEvent.class)
                .flux();
        return Flux.defer(() -> conversation.asFlux())
                .doOnNext(event -> taken.incrementAndGet())
                .takeUntilOther(never)
                .doOnCancel(() -> calls.add("cancelled"));
    }

    @Override
    public Mono<Void> signal(String processId, int signal) {
        return Mono.fromRunnable(() -> calls.add("signal " + signal));
    }

    @Override
    public Mono<Void> write(String processId, byte[] bytes) {
        return Mono.fromRunnable(() -> {
            if (busy.getAndDecrement() > 0) throw new AgentException(AgentException.Code.BUSY, "busy");
            calls.add("write " + new String(bytes, StandardCharsets.UTF_8));
        });
    }

    @Override
    public Mono<Void> closeInput(String processId) {
        return Mono.fromRunnable(() -> calls.add("close"));
    }

    @Override
    public Mono<Void> gone() {
        return Mono.never();
    }

    @Override
    public Mono<Void> deadline(Instant deadline) {
        return Mono.error(unexpected());
    }

    @Override
    public Flux<ProcessInfo> processes() {
        return Flux.error(unexpected());
    }

    @Override
    public Mono<FileEntry> stat(String path) {
        return Mono.error(unexpected());
    }

    @Override
    public Flux<FileEntry> list(String path, int depth) {
        return Flux.error(unexpected());
    }

    @Override
    public Mono<FileEntry> makeDirectory(String path, FileOwner owner) {
        return Mono.error(unexpected());
    }

    @Override
    public Mono<FileEntry> move(String source, String target, FileOwner owner) {
        return Mono.error(unexpected());
    }

    @Override
    public Mono<Void> remove(String path) {
        return Mono.error(unexpected());
    }

    @Override
    public Flux<FileEvent> read(String path, long from, long length) {
        return Flux.error(unexpected());
    }

    @Override
    public Mono<FileEntry> write(FileWrite file, Publisher<byte[]> content) {
        return Mono.error(unexpected());
    }

    private static AssertionError unexpected() {
        return new AssertionError("commands have nothing to do with this");
    }
}

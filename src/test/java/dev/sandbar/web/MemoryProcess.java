package dev.sandbar.web;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessSpec;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A process in memory: {@code echo}, {@code env}, {@code false}, {@code cat}, {@code yes}, {@code stubborn}, whose kill takes
 * for ever, or one that waits.
 */
final class MemoryProcess {

    private static final int PIECE = 16 * 1024;

    final long pid;
    final AtomicLong written = new AtomicLong();
    private final ProcessSpec spec;
    private final Sinks.Many<byte[]> input = Sinks.many().unicast().onBackpressureBuffer();
    private final Sinks.One<Integer> signal = Sinks.one();
    private volatile boolean over;

    MemoryProcess(long pid, ProcessSpec spec) {
        this.pid = pid;
        this.spec = spec;
    }

    void input(byte[] bytes) {
        input.tryEmitNext(bytes).orThrow();
    }

    void closeInput() {
        input.tryEmitComplete();
    }

    void signal(int number) {
        if (over) throw new AgentException(AgentException.Code.NOT_FOUND, "nothing is left of it");
        if (number > 0) signal.tryEmitValue(number);
    }

    Flux<ProcessEvent> events() {
        Flux<ProcessEvent> life = output().concatWith(
                        Mono.just(exited(false, spec.command().get(0).equals("false") ? 1 : 0, false)));
        Mono<ProcessEvent> killed = signal.asMono().map(number -> exited(true, number, false));
        Mono<ProcessEvent> late =
                spec.timeout().isZero() || spec.command().get(0).equals("stubborn")
                        ? Mono.never()
                        : Mono.delay(spec.timeout()).map(tick -> exited(true, 9, true));
        return Flux.<ProcessEvent>just(new ProcessEvent.Started(pid))
                .concatWith(Flux.merge(Flux.firstWithSignal(killed, late), life)
                        .takeUntil(ProcessEvent.Exited.class::isInstance))
                .doOnNext(event -> over = event instanceof ProcessEvent.Exited);
    }

    private static ProcessEvent exited(boolean signalled, int code, boolean late) {
        return new ProcessEvent.Exited(signalled, code, late);
    }

    private Flux<ProcessEvent> output() {
        return switch (spec.command().get(0)) {
            case "echo" -> Flux.just(stdout((spec.command().get(1) + "\n").getBytes(StandardCharsets.UTF_8)));
            case "env" ->
                Flux.just(stdout(new TreeMap<>(spec.environment()).toString().getBytes(StandardCharsets.UTF_8)));
            case "false" -> Flux.empty();
            case "cat" -> input.asFlux().map(this::stdout);
            case "yes" -> Flux.<ProcessEvent>generate(sink -> sink.next(stdout(new byte[PIECE])));
            default -> Flux.never();
        };
    }

    private ProcessEvent stdout(byte[] bytes) {
        return new ProcessEvent.Output(written.getAndAdd(bytes.length), ProcessEvent.Stream.STDOUT, bytes);
    }
}

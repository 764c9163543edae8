package dev.sandbar.session;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessSpec;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** An agent whose home directory is one text, which it packs and unpacks. */
final class FakeAgent {

    private final Sinks.Empty<Void> gone = Sinks.empty();
    private final ByteArrayOutputStream input = new ByteArrayOutputStream();
    private Sinks.Empty<Void> closed = Sinks.empty();
    String home = "";
    boolean lossy;

    /** How its processes end: those that pack, and those that unpack. */
    ProcessEvent.Exited packed = new ProcessEvent.Exited(false, 0, false);

    ProcessEvent.Exited unpacked = new ProcessEvent.Exited(false, 0, false);

    Agent agent() {
        return (Agent) Proxy.newProxyInstance(
                Agent.class.getClassLoader(), new Class<?>[] {Agent.class}, (proxy, method, arguments) -> {
                    return switch (method.getName()) {
                        case "gone" -> gone.asMono();
                        case "deadline", "signal" -> Mono.empty();
                        case "start" -> start((ProcessSpec) arguments[0]);
                        case "write" -> Mono.fromRunnable(() -> input.writeBytes((byte[]) arguments[1]));
                        case "closeInput" -> Mono.fromRunnable(this::unpack);
                        case "toString" -> "agent";
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "equals" -> proxy == arguments[0];
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
    }

    private Flux<ProcessEvent> start(ProcessSpec process) {
        Flux<ProcessEvent> begin = Flux.just(new ProcessEvent.Started(1));
        if (process.stdin()) {
            closed = Sinks.empty();
            return begin.concatWith(closed.asMono().thenMany(Flux.just(unpacked)));
        }
        return Flux.defer(() -> {
            byte[] bytes = home.getBytes(StandardCharsets.UTF_8);
            ProcessEvent output = new ProcessEvent.Output(0, ProcessEvent.Stream.STDOUT, bytes);
            return begin.concatWith(bytes.length == 0 ? Flux.just(packed) : Flux.just(output, packed));
        });
    }

    private void unpack() {
        home = input.toString(StandardCharsets.UTF_8) + (lossy ? "?" : "");
        input.reset();
        closed.tryEmitEmpty();
    }

    void end() {
        gone.tryEmitEmpty();
    }
}

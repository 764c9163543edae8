package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessSpec;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A process that takes in what another sandbox's has packed. */
class ReceiverTests {

    private final Sinks.Many<ProcessEvent> events = Sinks.many().unicast().onBackpressureBuffer();
    private final List<String> calls = new ArrayList<>();
    private final ProcessSpec process = Shell.process("cat", FileOwner.USER, true);
    private final Receiver receiver = new Receiver(agent(), process);
    private final Sinks.Empty<Void> feeding = Sinks.empty();
    private final Ask<Void> fed = new Ask<>();

    private Agent agent() {
        return (Agent) Proxy.newProxyInstance(
                Agent.class.getClassLoader(), new Class<?>[] {Agent.class}, (proxy, method, arguments) -> {
                    return switch (method.getName()) {
                        case "start" -> talk(arguments[1]);
                        case "write" -> noted("write " + new String((byte[]) arguments[1], StandardCharsets.UTF_8));
                        case "closeInput" -> noted("close " + arguments[0].equals(process.id()));
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
    }

    private Mono<Void> noted(String call) {
        return Mono.fromRunnable(() -> calls.add(call));
    }

    private Flux<ProcessEvent> talk(Object acknowledgements) {
        Mono<ProcessEvent> forgotten = Flux.from((Publisher<?>) acknowledgements)
                .doOnNext(offset -> calls.add("taken " + offset))
                .doOnComplete(() -> calls.add("forgotten"))
                .ignoreElements()
                .cast(ProcessEvent.class);
        return events.asFlux().takeUntilOther(forgotten);
    }

    private void say(ProcessEvent event) {
        events.tryEmitNext(event);
    }

    private void complain(int offset, String text) {
        say(new ProcessEvent.Output(offset, ProcessEvent.Stream.STDERR, text.getBytes(StandardCharsets.UTF_8)));
    }

    private void begin() {
        receiver.fed(feeding.asMono().doOnSubscribe(subscription -> calls.add("feeding")))
                .subscribe(fed);
    }

    @Test
    void itIsFedFromItsStartAndItsInputEndsWithTheFeeding() {
        begin();
        assertThat(calls).isEmpty();
        say(new ProcessEvent.Started(7));
        receiver.write("x".getBytes(StandardCharsets.UTF_8)).block();
        feeding.tryEmitEmpty();
        assertThat(calls).containsExactly("feeding", "write x", "close true");
        assertThat(fed.answered()).isFalse();
        say(new ProcessEvent.Exited(false, 0, false));
        assertThat(fed.done()).isTrue();
        assertThat(calls).endsWith("forgotten");
    }

    @Test
    void whatItSaysIsTakenAndAcknowledged() {
        begin();
        say(new ProcessEvent.Started(7));
        complain(0, "abc");
        complain(3, "de");
        assertThat(calls).containsExactly("feeding", "taken 3", "taken 5");
    }

    @ParameterizedTest
    @CsvSource({"false, 2", "true, 0", "true, 9"})
    void oneThatFailsSaysWhatItComplainedOf(boolean signalled, int code) {
        begin();
        say(new ProcessEvent.Started(7));
        complain(0, "no room\n");
        say(new ProcessEvent.Exited(signalled, code, false));
        assertThat(fed.error()).isInstanceOf(CarryException.class).hasMessageContaining("[no room]");
        assertThat(calls).endsWith("forgotten");
    }
}

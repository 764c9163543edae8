package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

class EndlessOutputTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int PIECE = 512;

    /** Always has more, and brings it on the thread that asks. */
    private static final class EndlessAgent extends ScriptedAgent {
        @Override
        public Flux<ProcessEvent> start(ProcessSpec spec, Publisher<Long> acknowledgements) {
            Flux<ProcessEvent> output = Flux.generate(() -> 0L, (offset, sink) -> {
                sink.next(new ProcessEvent.Output(offset, ProcessEvent.Stream.STDOUT, new byte[PIECE]));
                return offset + PIECE;
            });
            return Flux.<ProcessEvent>just(new ProcessEvent.Started(7)).concatWith(output);
        }
    }

    @Test
    void whoClosesTheCommandsIsNotHeldUpByAProcessThatPrintsWithoutEnd() {
        try (House house = new House()) {
            CommandRequest yes = new CommandRequest(
                    "yes",
                    List.of(),
                    Map.of(),
                    "/",
                    FileOwner.USER,
                    false,
                    Duration.ZERO,
                    null,
                    "yes",
                    OnDisconnect.KEEP);
            Command command = house.commands
                    .startToRead("s", new EndlessAgent(), yes)
                    .blockOptional(LIMIT)
                    .orElseThrow();
            BaseSubscriber<CommandEvent> slow = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                    // takes nothing, so that the process is held up
                }

                @Override
                protected void hookOnError(Throwable stopping) {
                    // as it should
                }
            };
            command.follow(Position.start()).subscribe(slow);
            assertTimeoutPreemptively(LIMIT, house.commands::close);
            assertThat(slow.isDisposed()).isTrue();
        }
    }
}

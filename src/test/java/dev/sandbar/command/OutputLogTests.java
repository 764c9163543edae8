package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.async.Budget;
import dev.sandbar.runtime.ProcessEvent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The log of one command by itself: who is woken by what. */
class OutputLogTests {

    private static final CommandLimits LIMITS =
            new CommandLimits(4096, 1 << 20, 8, 5, 10, Duration.ofHours(1), Duration.ofSeconds(30));

    private final AtomicInteger deserted = new AtomicInteger();
    private final Budget budget = new Budget("memory", 1 << 20);
    private final OutputLog log =
            new OutputLog("c", LIMITS, 0, Allowance.force(budget, 4096), deserted::incrementAndGet);

    private Transcript reader(Position position) {
        LogReader reader = new LogReader(log, position.isByNumber());
        assertThat(log.join(reader, position)).isNull();
        return Transcript.idle(new LogFlux(reader));
    }

    private Mono<Void> print(int offset, int length) {
        return log.append(new ProcessEvent.Output(offset, ProcessEvent.Stream.STDOUT, new byte[length]), 0);
    }

    @Test
    void failureIsToldAtOnceToReadersByOffsetOnly() {
        Transcript plain = reader(Position.start());
        Transcript numbered = reader(Position.behind(0));
        log.fail(new CommandException.Lost("it is lost"));
        assertThat(plain.error).hasMessage("it is lost");
        assertThat(numbered.error).isNull();
        assertThat(numbered.completed).isFalse();
        log.stop();
        assertThat(numbered.completed).isTrue();
    }

    @Test
    void failureLetsThePumpGo() {
        boolean[] room = new boolean[1];
        print(0, 5000).subscribe(null, null, () -> room[0] = true);
        assertThat(room[0]).isFalse();
        log.fail(new CommandException.Lost("it is lost"));
        assertThat(room[0]).isTrue();
        assertThat(print(5000, 10_000).toFuture()).isCompleted();
    }

    @Test
    void lastReaderWhoLeavesIsNoticedOnce() {
        Transcript one = reader(Position.start());
        Transcript two = reader(Position.start());
        one.cancel();
        one.cancel();
        assertThat(deserted).hasValue(0);
        two.cancel();
        assertThat(deserted).hasValue(1);
        reader(Position.start());
        log.fail(new CommandException.Lost("it is lost"));
        assertThat(deserted).hasValue(1);
    }
}

package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class JoinedTests {

    private final Joined joined = new Joined();
    private final AtomicInteger begun = new AtomicInteger();
    private final Sinks.Empty<Void> work = Sinks.empty();

    private Ask<Void> join() {
        Ask<Void> ask = new Ask<>();
        joined.join(work.asMono().doOnSubscribe(subscription -> begun.incrementAndGet()))
                .subscribe(ask);
        return ask;
    }

    @Test
    void allWhoComeMeanwhileShareOneEnd() {
        Ask<Void> first = join();
        Ask<Void> second = join();
        assertThat(first.answered() || second.answered()).isFalse();
        work.tryEmitEmpty();
        assertThat(first.done() && second.done()).isTrue();
        assertThat(begun).hasValue(1);
        assertThat(join().done()).isTrue();
        assertThat(begun).hasValue(2);
    }

    @Test
    void failureIsEverybodysAndTheNextBeginsAnew() {
        Ask<Void> first = join();
        Ask<Void> second = join();
        work.tryEmitError(new IllegalStateException("broken"));
        assertThat(first.error()).hasMessage("broken");
        assertThat(second.error()).hasMessage("broken");
        join();
        assertThat(begun).hasValue(2);
    }

    @Test
    void whoCarriesItAndLeavesLetsTheOthersDown() {
        Ask<Void> first = join();
        Ask<Void> second = join();
        first.leave();
        assertThat(second.error()).isInstanceOf(CancellationException.class);
        join();
        assertThat(begun).hasValue(2);
        assertThat(Mono.when(joined.join(Mono.empty())).toFuture()).isNotDone();
    }
}

package dev.sandbar.web.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.session.tool.ToolEvent;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class LiveEventsTests {

    private final LiveEvents live = new LiveEvents();

    @Test
    void whatIsNotTakenInTimeIsCountedAndNothingBehindItIsTaken() {
        tell(LiveEvents.ROOM + 5);
        StepVerifier.create(live.read())
                .expectNextCount(LiveEvents.ROOM)
                .then(() -> tell(2))
                .then(live::end)
                .verifyComplete();
        assertThat(live.lost()).isEqualTo(7);
    }

    @Test
    void readerThatKeepsUpMissesNothing() {
        StepVerifier.create(live.read())
                .then(() -> tell(3L * LiveEvents.ROOM))
                .expectNextCount(3L * LiveEvents.ROOM)
                .then(live::end)
                .verifyComplete();
        assertThat(live.lost()).isZero();
    }

    private void tell(long events) {
        LongStream.range(0, events).forEach(i -> live.tell(new ToolEvent.Output("x")));
    }
}

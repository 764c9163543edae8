package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.sandbox.SandboxException;
import dev.sandbar.store.Document;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a session may be asked for, and what is noted of its use. */
class OpeningTests {

    private static final Duration LONGEST = SessionSettings.DEFAULT.longest();

    private final House house = House.running();

    @AfterEach
    void close() {
        house.close();
    }

    private Ask<Opened> open(
            String template, @Nullable String hardware, @Nullable Duration idle, @Nullable Duration lifetime) {
        Map<String, String> none = Map.of();
        return house.ask(house.sessions()
                .open(new SessionRequest("ann", null, "t", template, hardware, none, none, idle, lifetime)));
    }

    @Test
    void timesAreBounded() {
        for (Duration wrong : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1), LONGEST.plusSeconds(1)}) {
            assertThat(open("base", null, wrong, null).error())
                    .isInstanceOf(SessionException.Invalid.class)
                    .hasMessageContaining("\"idleTimeout\" must be from 1 to " + LONGEST.toSeconds());
            assertThat(open("base", null, null, wrong).error())
                    .isInstanceOf(SessionException.Invalid.class)
                    .hasMessageContaining("\"timeout\"");
        }
        assertThat(house.sessions().active()).isZero();
        Session longest = open("base", null, LONGEST, LONGEST).value().session();
        assertThat(longest.terms().idleTimeout()).isEqualTo(LONGEST);
        assertThat(longest.terms().endAt()).isEqualTo(house.now().plus(LONGEST));
    }

    @Test
    void templatesAndHardwareAreTheOnesThatThereAre() {
        assertThat(open("other", null, null, null).error()).isInstanceOf(SandboxException.UnknownTemplate.class);
        assertThat(open("base", "other", null, null).error()).isInstanceOf(SessionException.UnknownHardware.class);
        assertThat(open("base", "cpu-basic", null, null).value().session().approvals())
                .isEmpty();
        assertThat(open("base", "big", null, null).value().session().approvals())
                .singleElement()
                .satisfies(approval -> assertThat(approval.reason()).contains("when the session was opened"));
    }

    private Session recorded(String id) {
        Document document =
                Objects.requireNonNull(house.store.find(Records.KIND, id).block());
        return new SessionCodec().read(document.content());
    }

    @Test
    void useIsRecordedEachHalfMinute() {
        String id = house.open();
        Session first = recorded(id);
        house.advance(Duration.ofSeconds(29));
        house.bash(id, "x");
        assertThat(recorded(id).lastActiveAt()).isEqualTo(first.lastActiveAt());
        house.advance(Duration.ofSeconds(1));
        house.bash(id, "x");
        assertThat(recorded(id).lastActiveAt()).isEqualTo(house.now());
    }
}

package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionCodecTests {

    private static final Instant AT = Instant.parse("2026-01-01T00:00:00.123Z");

    private final SessionCodec codec = new SessionCodec();

    private static Session full() {
        Approval approval = new Approval(
                "a1",
                "big",
                1,
                "why",
                Approval.State.APPROVED,
                AT,
                AT,
                AT,
                "note",
                new Approval.Outcome("i2", null, "carried"));
        AutoApproval.Reservation reservation = new AutoApproval.Reservation("big", 1, AT, AT.plusSeconds(3600), "no");
        return new Session(
                "s1",
                "ann",
                new Terms("k", "base", Map.of("A", "1"), Duration.ofMinutes(15), AT, AT),
                "title",
                Map.of("m", "x"),
                3,
                true,
                new Slot(SlotState.REPLACING, 7, "i1", "cpu-basic", "e", AT, true, new Slot.Next("i2", "big", "a1")),
                Set.of("i0"),
                "note",
                List.of(approval),
                new AutoApproval(true, 5, 1, reservation, reservation),
                AT,
                AT,
                "cause",
                AT);
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        assertThat(codec.read(codec.write(full()))).isEqualTo(full());
    }

    @Test
    void unknownFieldsArePassedOver() {
        String json = new String(codec.write(full()), StandardCharsets.UTF_8);
        String more = json.replaceFirst("\\{\"id\"", "{\"later\":1,\"id\"");
        assertThat(codec.read(more.getBytes(StandardCharsets.UTF_8))).isEqualTo(full());
    }

    @Test
    void newerFormsAreRefused() {
        String json = new String(codec.write(full()), StandardCharsets.UTF_8);
        String newer = json.replace("\"version\":1", "\"version\":2");
        assertThatThrownBy(() -> codec.read(newer.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

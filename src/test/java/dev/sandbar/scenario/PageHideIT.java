package dev.sandbar.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.scenario.Api.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A page that is left, with a ticket and a beacon, and perhaps comes back. */
@ExtendWith(SharedHouse.class)
class PageHideIT {

    private static final Duration GRACE = Duration.ofSeconds(SharedHouse.GRACE_SECONDS);

    private final Api api;

    PageHideIT(House house) {
        this.api = house.api();
    }

    @Test
    void wishOfAPageThatStaysAwayIsCarriedOut() {
        String id = opened();
        Instant left = Instant.now();
        leave(id);
        api.until(id, "torn_down");
        assertThat(Duration.between(left, Instant.now())).isGreaterThanOrEqualTo(GRACE);
        assertThat(api.sandbox(id).path("error").asString("")).isEqualTo("page-hide");
        assertThat(api.bash(id, "ls ~; echo anew")).contains("are gone").endsWith("anew");
        assertThat(Story.of(api.end(id), "sandbox.torn_down"))
                .first()
                .satisfies(event -> assertThat(event.text("cause")).isEqualTo("page-hide"));
    }

    /** The other page shows when the first one's time was over. */
    @Test
    void wishIsWithdrawnWhenThePageComesBackInTime() {
        String id = opened();
        String other = opened();
        String sandbox = api.sandboxId(id);
        leave(id);
        try (Story back = api.follow(id, api.ticket(id))) {
            assertThat(back.until("sandbox.ready")).isNotEmpty();
            leave(other);
            api.until(other, "torn_down");
            assertThat(api.sandboxId(id)).isEqualTo(sandbox);
        }
        assertThat(api.bash(id, "ls ~")).isEqualTo("kept");
    }

    @Test
    void wishNeverInterruptsARunningTool() {
        String id = opened();
        CompletableFuture<Answer> call =
                api.bashLater(id, "touch ~/begun; until [ -e ~/go ]; do sleep 0.1; done; ls ~");
        Awaitility.await().atMost(House.LIMIT).until(() -> running(id));
        String other = opened();
        leave(id);
        leave(other);
        api.until(other, "torn_down");
        assertThat(call).isNotDone();
        assertThat(api.sandbox(id).path("state").asString("")).isEqualTo("ready");
        assertThat(api.bash(id, "touch ~/go")).doesNotContain("gone");
        assertThat(Api.output(Api.now(call))).contains("kept", "begun");
    }

    private boolean running(String id) {
        return api.bash(id, "ls ~").contains("begun");
    }

    private String opened() {
        String id = api.open(Map.of());
        api.bash(id, "touch ~/kept");
        return id;
    }

    private void leave(String id) {
        api.beacon(id, api.ticket(id));
    }
}

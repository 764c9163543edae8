package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.session.Faults.Kind;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.idempotency.Idempotency;
import dev.sandbar.web.idempotency.IdempotencySettings;
import dev.sandbar.web.idempotency.KeyUse;
import dev.sandbar.web.idempotency.Outcome;
import dev.sandbar.web.sessions.KeyedOpening;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** The service is killed at each step of an opening with an Idempotency-Key; then the same is asked for again. */
class KeyedOpeningCrashTests {

    private static final IdempotencySettings SETTINGS =
            new IdempotencySettings(Duration.ofHours(24), 10, 10, 10, Duration.ofMinutes(10));
    private static final KeyUse USE = KeyUse.of("ann", "POST /sessions", "key", new byte[0]);
    private static final int MOST_STEPS = 50;

    private final Json json = new Json(JsonMapper.shared(), 64 * 1024);

    @ParameterizedTest
    @EnumSource(names = {"CRASH_BEFORE", "CRASH_AFTER"})
    void whoAsksAgainAfterACrashHasOneSession(Kind kind) {
        boolean come = true;
        for (int step = 0; come; step++) {
            assertThat(step).isLessThan(MOST_STEPS);
            come = opened(kind, step);
        }
    }

    private boolean opened(Kind kind, int step) {
        try (House house = House.running()) {
            house.faults().arm(kind, step, name -> true);
            ask(house);
            house.advance(Duration.ofSeconds(5));
            boolean come = house.faults().hit();
            house.faults().heal();
            house.restart();
            Outcome again = ask(house).value();
            List<Session> all = house.ask(
                            house.sessions().list("ann", new SessionQuery(Set.of(), Map.of(), null, null, 100)))
                    .value()
                    .sessions();
            assertThat(all).as(kind + " at step " + step).hasSize(1);
            String id = all.get(0).id();
            String told =
                    again.answer() == null ? again.reference() : again.answer().body();
            assertThat(told).contains(id);
            return come;
        }
    }

    private Ask<Outcome> ask(House house) {
        Idempotency keys = new Idempotency(house.storeOfRun(), SETTINGS, house.clock, Schedulers.parallel());
        return house.ask(keys.once(USE, new KeyedOpening(json, house.sessions(), House.request(null))));
    }
}

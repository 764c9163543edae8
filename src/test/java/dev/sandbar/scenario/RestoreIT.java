package dev.sandbar.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.scenario.Api.Answer;
import dev.sandbar.scenario.Story.Event;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sessions that lost their sandbox, and come back by fifty requests at once. */
@ExtendWith(SharedHouse.class)
class RestoreIT {

    private static final int CALLS = 50;

    private final House house;

    RestoreIT(House house) {
        this.house = house;
    }

    @Test
    void tornDownSessionComesBackOnceForFiftyAtOnce() {
        String id = withFile("torn-down", Map.of());
        house.api().tearDown(id);
        comesBackOnce(id, "torn-down");
    }

    @Test
    void evictedSessionComesBackOnceForFiftyAtOnce() {
        String id = evicted("evicted");
        comesBackOnce(id, "evicted");
    }

    @Test
    void sessionsWithoutASandboxComeBackOnceAfterARestartToo() {
        String torn = withFile("torn-then-restarted", Map.of());
        house.api().tearDown(torn);
        String evicted = evicted("evicted-then-restarted");
        house.restart();
        assertThat(house.api().sandbox(torn).path("state").asString("")).isEqualTo("torn_down");
        assertThat(house.api().session(evicted).path("state").asString("")).isEqualTo("idle");
        comesBackOnce(torn, "torn-then-restarted");
        comesBackOnce(evicted, "evicted-then-restarted");
    }

    private String evicted(String key) {
        String id = withFile(key, Map.of("idleTimeout", 1));
        house.api().until(id, "torn_down");
        assertThat(house.api().session(id).path("state").asString("")).isEqualTo("idle");
        return id;
    }

    private String withFile(String key, Map<String, Integer> limits) {
        Api api = house.api();
        String id = limits.isEmpty() ? api.open(Map.of("key", key)) : api.open(Map.of("key", key, "idleTimeout", 1));
        api.bash(id, "touch ~/before");
        return id;
    }

    private void comesBackOnce(String id, String key) {
        Api api = house.api();
        List<Answer> answers =
                Api.together(CALLS, i -> i % 5 == 0 ? opening(api, key) : api.bashLater(id, "ls ~; echo " + i));
        int withNote = 0;
        for (int i = 0; i < CALLS; i++) {
            if (i % 5 == 0) {
                assertThat(answers.get(i).is(200).text("sessionID")).isEqualTo(id);
                continue;
            }
            String output = Api.output(answers.get(i));
            assertThat(output).endsWith(String.valueOf(i)).doesNotContain("before\n");
            if (output.contains("files, installed packages and processes of before are gone")) withNote++;
        }
        assertThat(withNote).isPositive();
        assertThat(api.bash(id, "echo later")).isEqualTo("later");
        assertThat(api.sandboxes()).contains(api.sandboxId(id));
        List<Event> told = api.end(id);
        assertThat(Story.of(told, "sandbox.ready")).hasSize(2);
        assertThat(Story.of(told, "sandbox.preloading")).hasSize(2);
        house.assertEmpty();
    }

    private static CompletableFuture<Answer> opening(Api api, String key) {
        return api.later("POST", "/sessions", Map.of("key", key));
    }
}

package dev.sandbar.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.scenario.Api.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three hundred creations at once, by three owners, of whom each may have seven tenths of its own in line. */
@Tag("alone")
class CreationCrowdIT {

    private static final int CROWD = Integer.getInteger("sandbar.crowd", 300);
    private static final int IN_LINE = CROWD * 7 / 30;
    private static final List<String> OWNERS = List.of("ann", "bob", "cid", "dan");
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private House house;
    private List<Api> apis;

    @BeforeEach
    void open(@TempDir Path directory) {
        Map<String, String> settings = new HashMap<>();
        settings.put("SANDBAR_SANDBOXES_CREATIONS_WAITINGPEROWNER", String.valueOf(IN_LINE));
        settings.put("SANDBAR_SANDBOXES_CREATIONS_PATIENCE", LIMIT.toSeconds() + "s");
        for (String owner : OWNERS) settings.put("SANDBAR_APIKEYS_" + owner, key(owner));
        house = new House(directory, settings);
        apis = OWNERS.stream()
                .map(owner -> new Api(house.api().address(), key(owner)))
                .toList();
    }

    private static String key(String owner) {
        return "e2b_" + String.valueOf(owner.charAt(0)).repeat(40);
    }

    @AfterEach
    void close() {
        house.close();
    }

    /** What became of one: its last answer, and how often it was sent. */
    private record Made(Answer last, int times, Duration took) {}

    private static CompletableFuture<Made> create(Api api, List<Answer> refused, int times, long since) {
        return api.later("POST", "/sandboxes", Map.of("templateID", "base", "timeout", 300))
                .thenCompose(answer -> {
                    Duration took = Duration.ofNanos(System.nanoTime() - since);
                    if (answer.status() != 429) return CompletableFuture.completedFuture(new Made(answer, times, took));
                    refused.add(answer);
                    long seconds = answer.json().path("retryAfter").asLong(0);
                    return later(seconds).thenCompose(now -> create(api, refused, times + 1, since));
                });
    }

    private static CompletableFuture<Boolean> later(long seconds) {
        return new CompletableFuture<Boolean>().completeOnTimeout(true, seconds, TimeUnit.SECONDS);
    }

    @Test
    void allAreMadeOrToldWhenToComeAgainAndNobodyElseWaitsForThem() {
        List<Answer> refused = Collections.synchronizedList(new ArrayList<>());
        long since = System.nanoTime();
        List<CompletableFuture<Made>> all = IntStream.range(0, CROWD)
                .mapToObj(i -> create(apis.get(i % 3), refused, 1, since))
                .toList();
        CompletableFuture<Made> single =
                later(2).thenCompose(now -> create(apis.get(3), refused, 1, System.nanoTime()));
        List<Made> made = all.stream().map(CreationCrowdIT::now).toList();
        assertThat(made)
                .allSatisfy(
                        each -> assertThat(each.last().status()).as("%s", each).isEqualTo(201));
        assertThat(refused).isNotEmpty().allSatisfy(answer -> {
            assertThat(answer.json().path("place").asInt(0)).as("%s", answer).isBetween(IN_LINE, 3 * IN_LINE + 3);
            assertThat(answer.json().path("retryAfter").asInt(0)).isBetween(1, 180);
            assertThat(answer.text("message")).contains("sandbar.sandboxes.creations.waiting-per-owner");
        });
        assertThat(made).allSatisfy(each -> assertThat(each.times()).isLessThanOrEqualTo(4));
        Made alone = now(single);
        Duration whole = made.stream().map(Made::took).max(Duration::compareTo).orElseThrow();
        assertThat(alone.last().status()).isEqualTo(201);
        assertThat(alone.times()).isOne();
        assertThat(alone.took()).isLessThan(whole.dividedBy(2));
        apis.forEach(CreationCrowdIT::endAll);
        assertThat(house.onTheMachine()).isEmpty();
    }

    private static Made now(CompletableFuture<Made> made) {
        try {
            return made.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException late) {
            throw new AssertionError("a creation wasn't answered", late);
        }
    }

    private static void endAll(Api api) {
        List<String> ids = List.copyOf(api.sandboxes());
        for (int from = 0; from < ids.size(); from += 16) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + 16));
            Api.together(some.size(), i -> api.later("DELETE", "/sandboxes/" + some.get(i), null))
                    .forEach(answer -> answer.is(204));
        }
    }
}

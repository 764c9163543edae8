package dev.sandbar.web.idempotency;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.store.Change;
import dev.sandbar.store.Document;
import dev.sandbar.store.memory.MemoryStore;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Failure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

/** How many keys are remembered, and for how long. */
class KeyBoundsTests {

    private static final Duration DAY = Duration.ofHours(24);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final IdempotencySettings SETTINGS = new IdempotencySettings(DAY, 3, 4, 10, Duration.ofMinutes(1));

    private final MemoryStore store = new MemoryStore();
    private Idempotency keys = at(START);

    /** One run of the service, which begins at this time. */
    private Idempotency at(Instant time) {
        return new Idempotency(store, SETTINGS, Clock.fixed(time, ZoneOffset.UTC), Schedulers.parallel());
    }

    @AfterEach
    void close() {
        keys.close();
    }

    private static KeyUse use(String key, String body) {
        return KeyUse.of("ann", "POST /things", key, body.getBytes(UTF_8));
    }

    private Outcome done(KeyUse use, Work work) {
        return Objects.requireNonNull(keys.once(use, work).block(LIMIT));
    }

    private ApiException refused(KeyUse use, Work work) {
        AtomicReference<ApiException> refusal = new AtomicReference<>();
        assertThatThrownBy(() -> done(use, work)).isInstanceOfSatisfying(ApiException.class, refusal::set);
        return Objects.requireNonNull(refusal.get());
    }

    private List<Document> records() {
        return Objects.requireNonNull(store.list(KeyRecords.KIND).collectList().block());
    }

    @Test
    void keysOfAnOwnerAreBoundedAlsoAcrossRuns() {
        for (String key : List.of("a", "b", "c")) done(use(key, ""), Job.making());
        Job job = Job.making();
        Failure failure = refused(use("d", ""), job).failure();
        assertThat(failure.status()).isEqualTo(429);
        assertThat(failure.message()).contains("sandbar.idempotency.most-per-owner");
        assertThat(failure.facts()).containsEntry(Failure.RETRY_AFTER, DAY.toSeconds());
        assertThat(done(use("a", ""), job).replayed()).as("one that is known").isTrue();
        keys = at(START.plusSeconds(60));
        assertThat(refused(use("d", ""), job).failure().facts())
                .containsEntry(Failure.RETRY_AFTER, DAY.toSeconds() - 60);
        assertThat(job.runs).hasValue(0);
    }

    @Test
    void keysOfAllAreBoundedToo() {
        for (String key : List.of("a", "b", "c")) done(use(key, ""), Job.making());
        done(KeyUse.of("bob", "", "a", new byte[0]), Job.making());
        assertThat(refused(KeyUse.of("bob", "", "b", new byte[0]), Job.making())
                        .failure()
                        .status())
                .isEqualTo(503);
    }

    @Test
    void keyIsForgottenWhenItIsOldAndNotBefore() {
        Job job = Job.making();
        done(use("k", "a"), job);
        keys = at(START.plus(DAY).minusMillis(1));
        keys.sweep().block(LIMIT);
        assertThat(records()).hasSize(1);
        keys = at(START.plus(DAY));
        keys.sweep().block(LIMIT);
        assertThat(records()).isEmpty();
        assertThat(keys.count()).isZero();
        assertThat(done(use("k", "b"), job).replayed()).isFalse();
    }

    @Test
    void oldKeyThatIsStillThereIsANewOne() {
        Job job = Job.making();
        done(use("k", "a"), job);
        keys = at(START.plus(DAY));
        assertThat(done(use("k", "b"), job)).isEqualTo(new Outcome("made2", null, false));
        keys.sweep().block(LIMIT);
        assertThat(records()).hasSize(1);
    }

    @Test
    void recordThatWasChangedSinceItWasCountedIsForgottenOnePassLater() {
        done(use("k", "a"), Job.making());
        keys = at(START.plus(DAY));
        Document record = records().get(0);
        Job job = Job.making();
        assertThat(done(use("other", ""), job).replayed()).isFalse();
        store.commit(new Change.Put(KeyRecords.KIND, record.id(), record.version(), record.content()))
                .block();
        keys.sweep().block(LIMIT);
        assertThat(records()).hasSize(2);
        keys.sweep().block(LIMIT);
        assertThat(records()).hasSize(1);
        assertThat(keys.count()).isOne();
    }

    /** What an earlier run has left is read in another order than that of its age. */
    @Test
    void oldKeysAreForgottenAlsoBehindYoungerOnes() {
        done(use("one", ""), Job.making());
        for (int i = 1; i < 3; i++) {
            keys = at(START.plusSeconds(i));
            done(use("younger" + i, ""), Job.making());
        }
        String old = use("one", "").id();
        for (int i = 0; i < 3; i++) {
            keys = at(START.plus(DAY).plusSeconds(i));
            keys.sweep().block(LIMIT);
            assertThat(records()).hasSize(2 - i).noneMatch(record -> record.id().equals(old));
        }
    }

    @Test
    void atLeastOneKeyMustBeAllowed() {
        assertThatThrownBy(() -> new IdempotencySettings(DAY, 0, 1, 1, DAY))
                .hasMessageContaining("sandbar.idempotency");
    }
}

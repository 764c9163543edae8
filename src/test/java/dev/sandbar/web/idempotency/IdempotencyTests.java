package dev.sandbar.web.idempotency;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.store.Change;
import dev.sandbar.store.Document;
import dev.sandbar.store.memory.MemoryStore;
import dev.sandbar.web.http.ApiException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.util.RaceTestUtils;

class IdempotencyTests {

    private static final Duration DAY = Duration.ofHours(24);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final IdempotencySettings SETTINGS = new IdempotencySettings(DAY, 3, 4, 10, Duration.ofMinutes(1));
    private static final int ROUNDS = Integer.getInteger("sandbar.races", 300);

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
        try {
            Outcome unexpected = done(use, work);
            throw new AssertionError("not refused: " + unexpected);
        } catch (ApiException refusal) {
            return refusal;
        }
    }

    private List<Document> records() {
        return Objects.requireNonNull(store.list(KeyRecords.KIND).collectList().block());
    }

    @Test
    void whatWasMadeIsFoundAgainAndNotMadeTwice() {
        Job job = Job.making();
        assertThat(done(use("k", "a"), job)).isEqualTo(new Outcome("made1", null, false));
        assertThat(done(use("k", "a"), job)).isEqualTo(new Outcome("made1", null, true));
        assertThat(job.runs).hasValue(1);
    }

    @Test
    void answerIsKeptAcrossRuns() {
        Job job = Job.answering("{\"output\":\"x\"}");
        assertThat(done(use("k", "a"), job).answer()).isEqualTo(new Answer(200, "{\"output\":\"x\"}"));
        keys = at(START.plus(DAY).minusSeconds(1));
        Outcome again = done(use("k", "a"), job);
        assertThat(again.answer()).isEqualTo(new Answer(200, "{\"output\":\"x\"}"));
        assertThat(again.replayed()).isTrue();
        assertThat(job.runs).hasValue(1);
    }

    @Test
    void keyOfAnotherRequestIsRefusedAlsoWhileThatIsWorkedOn() {
        Sinks.Empty<Void> slow = Sinks.empty();
        Job job = Job.making();
        job.before = slow.asMono();
        StepVerifier.create(keys.once(use("k", "a"), job))
                .then(() -> assertThat(
                                refused(use("k", "b"), Job.making()).failure().status())
                        .isEqualTo(422))
                .then(slow::tryEmitEmpty)
                .expectNextCount(1)
                .verifyComplete();
        assertThat(refused(use("k", "b"), Job.making()).failure().status()).isEqualTo(422);
    }

    @Test
    void ownersAndRoutesHaveKeysOfTheirOwn() {
        Job job = Job.making();
        done(use("k", "a"), job);
        done(KeyUse.of("bob", "POST /things", "k", new byte[] {1}), job);
        done(KeyUse.of("ann", "POST /others", "k", new byte[] {2}), job);
        done(KeyUse.of("annPOST /things", "", "k", new byte[] {3}), job);
        assertThat(job.made).hasSize(4);
    }

    @Test
    void twoAtOnceAreOnePieceOfWork() {
        for (int round = 0; round < ROUNDS; round++) {
            KeyUse use = KeyUse.of("ann", "round " + round % 3, "k" + round, new byte[0]);
            Job job = Job.making();
            Sinks.One<Outcome> one = Sinks.one();
            Sinks.One<Outcome> other = Sinks.one();
            RaceTestUtils.race(
                    () -> keys.once(use, job).subscribe(one::tryEmitValue, one::tryEmitError),
                    () -> keys.once(use, job).subscribe(other::tryEmitValue, other::tryEmitError));
            Outcome first = Objects.requireNonNull(one.asMono().block(LIMIT));
            Outcome second = Objects.requireNonNull(other.asMono().block(LIMIT));
            assertThat(job.runs).hasValue(1);
            assertThat(List.of(first.reference(), second.reference())).containsOnly("made1");
            assertThat(List.of(first.replayed(), second.replayed())).containsExactlyInAnyOrder(true, false);
            forget(use);
        }
    }

    /** So that the bound isn't met. */
    private void forget(KeyUse use) {
        Document record = records().stream()
                .filter(known -> known.id().equals(use.id()))
                .findAny()
                .orElseThrow();
        store.commit(new Change.Delete(KeyRecords.KIND, record.id(), record.version()))
                .block();
        keys.close();
        keys = at(START);
    }

    @Test
    void twoBodiesAtOnceAreOnePieceOfWorkAndOneRefusal() {
        for (int round = 0; round < ROUNDS; round++) {
            Job job = Job.making();
            Sinks.One<Boolean> one = Sinks.one();
            Sinks.One<Boolean> other = Sinks.one();
            RaceTestUtils.race(
                    () -> settled(use("k", "a"), job).subscribe(one::tryEmitValue, one::tryEmitError),
                    () -> settled(use("k", "b"), job).subscribe(other::tryEmitValue, other::tryEmitError));
            List<Boolean> outcomes = Objects.requireNonNull(
                    Mono.zip(one.asMono(), other.asMono(), List::of).block(LIMIT));
            assertThat(outcomes).containsExactlyInAnyOrder(true, false);
            assertThat(job.runs).hasValue(1);
            assertThat(keys.count()).isOne();
            forget(use("k", "a"));
        }
    }

    private Mono<Boolean> settled(KeyUse use, Job job) {
        return keys.once(use, job)
                .thenReturn(true)
                .onErrorResume(
                        ApiException.class,
                        refusal -> Mono.just(false)
                                .doOnNext(no ->
                                        assertThat(refusal.failure().status()).isEqualTo(422)));
    }

    @Test
    void callerWhoLeavesLeavesTheOthersAndTheWorkAlone() {
        Sinks.Empty<Void> slow = Sinks.empty();
        Job job = Job.making();
        job.before = slow.asMono();
        var first = keys.once(use("k", "a"), job).subscribe();
        StepVerifier.create(keys.once(use("k", "a"), job))
                .then(first::dispose)
                .then(slow::tryEmitEmpty)
                .expectNext(new Outcome("made1", null, true))
                .verifyComplete();
        assertThat(job.runs).hasValue(1);
    }

    @Test
    void whoComesBackIsGivenWhatWasMadeForNobody() {
        Job job = madeForNobody();
        assertThat(done(use("k", "a"), job)).isEqualTo(new Outcome("made1", null, true));
        assertThat(job.runs).hasValue(1);
    }

    @Test
    void whatWasMadeForNobodyAndHasEndedIsMadeAnewOnce() {
        Job job = madeForNobody();
        job.made.clear();
        assertThat(done(use("k", "a"), job)).isEqualTo(new Outcome("made2", null, false));
        assertThat(done(use("k", "a"), job)).isEqualTo(new Outcome("made2", null, true));
        assertThat(keys.count()).isOne();
    }

    private Job madeForNobody() {
        Sinks.Empty<Void> slow = Sinks.empty();
        Job job = Job.making();
        job.before = slow.asMono();
        keys.once(use("k", "a"), job).subscribe().dispose();
        slow.tryEmitEmpty();
        assertThat(job.made).containsExactly("made1");
        job.before = Mono.empty();
        return job;
    }

    /** Somebody knows of it, and may have ended it. */
    @Test
    void whatSomebodyWasToldOfIsNotMadeAgainWhenItHasEnded() {
        Job job = Job.making();
        done(use("k", "a"), job);
        job.made.clear();
        assertThat(done(use("k", "a"), job).reference()).isEqualTo("made1");
        assertThat(job.runs).hasValue(1);
    }

    @Test
    void refusalIsNotKeptAndFreesTheKey() {
        Job job = Job.making();
        job.before = Mono.error(new ApiException(429, "too many"));
        assertThat(refused(use("k", "a"), job).failure().status()).isEqualTo(429);
        assertThat(records()).isEmpty();
        assertThat(keys.count()).isZero();
        job.before = Mono.empty();
        assertThat(done(use("k", "b"), job).replayed()).isFalse();
    }

    @Test
    void keyIsRecordedWithWhatIsAboutToBeMadeBeforeItIs() {
        Job job = Job.making();
        job.before = Mono.fromRunnable(() -> assertThat(records())
                .singleElement()
                .extracting(record -> new String(record.content(), UTF_8))
                .asString()
                .contains("\"reference\":\"made1\"", "\"answered\":false"));
        done(use("k", "a"), job);
    }

    @Test
    void nextRunFindsWhatWasMadeByOneThatDied() {
        Job job = Job.making();
        job.before = Mono.never();
        keys.once(use("k", "a"), job).subscribe();
        keys = at(START);
        job.made.add("made1");
        assertThat(done(use("k", "a"), job)).isEqualTo(new Outcome("made1", null, true));
    }

    @Test
    void nextRunMakesWhatOneThatDiedDidNot() {
        Job job = Job.making();
        job.before = Mono.never();
        keys.once(use("k", "a"), job).subscribe();
        keys = at(START);
        job.before = Mono.empty();
        assertThat(done(use("k", "a"), job)).isEqualTo(new Outcome("made2", null, false));
    }

    @Test
    void answerThatDiedWithItsRunIsUnknownAndNotAskedForAgain() {
        Job job = Job.answering("{}");
        job.before = Mono.never();
        keys.once(use("k", "a"), job).subscribe();
        keys = at(START);
        assertThat(refused(use("k", "a"), job).failure().status()).isEqualTo(409);
        assertThat(job.runs).hasValue(1);
    }

    @Test
    void answerThatIsTooLongIsGivenOnceAndTheWorkIsNotDoneAgain() {
        Job job = Job.answering("\"" + "x".repeat(Answer.LONGEST) + "\"");
        assertThat(done(use("k", "a"), job).answer()).isNotNull();
        assertThat(done(use("k", "a"), job).answer()).isNull();
        assertThat(job.runs).hasValue(1);
    }

    @Test
    void storeHoldsNeitherKeyNorBody() {
        done(use("secret-key", "secret-body"), Job.making());
        assertThat(records())
                .singleElement()
                .extracting(record -> record.id() + new String(record.content(), UTF_8))
                .asString()
                .doesNotContain("secret");
    }

    @Test
    void recordThatCannotBeReadIsLeftAlone() {
        store.commit(new Change.Put(KeyRecords.KIND, "other", Change.NEW, new byte[] {'?'}))
                .block();
        done(use("k", "a"), Job.making());
        assertThat(records()).hasSize(2);
    }

    @Test
    void whatIsWorkedOnAtTheEndIsCancelled() {
        Job job = Job.making();
        job.before = Mono.never();
        StepVerifier.create(keys.once(use("k", "a"), job)).then(keys::close).verifyError(CancellationException.class);
    }
}

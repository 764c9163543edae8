package dev.sandbar.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.util.RaceTestUtils;

/** Bursts, and pairs of steps that meet. */
class BearerTokensRaceTests {

    private static final int ROUNDS = Integer.getInteger("sandbar.races", 300);
    private static final TokenSettings OFTEN =
            new TokenSettings(Duration.ofMinutes(30), Duration.ofDays(30), 1_000_000, 1_000_000);

    private final TokenHouse house = new TokenHouse(OFTEN, Schedulers.parallel());

    @AfterEach
    void end() {
        house.close();
    }

    private List<String> burst(int callers) {
        return Objects.requireNonNull(Flux.range(0, callers)
                .flatMap(caller -> house.tokens.issue("s1").subscribeOn(Schedulers.parallel()), callers)
                .map(Grant::token)
                .collectList()
                .block(TokenHouse.SOON));
    }

    @Test
    void aThousandWhoAskAtOnceGetOneToken() {
        assertThat(burst(1_000)).hasSize(1_000).containsOnly(house.token("s1"));
        assertThat(house.commits).hasValue(1);
    }

    @Test
    void aThousandWhoAskAfterARevocationGetOneNewToken() {
        String first = house.token("s1");
        house.revoke("s1");
        List<String> next = burst(1_000);
        assertThat(next).hasSize(1_000).containsOnly(house.token("s1")).doesNotContain(first);
        assertThat(house.commits).hasValue(3);
    }

    @Test
    void aThousandWhoVerifyAfterARestartAreLetIn() {
        String token = house.token("s1");
        house.restart();
        List<String> owners = Flux.range(0, 1_000)
                .flatMap(caller -> house.tokens.verify(token, "s1").subscribeOn(Schedulers.parallel()), 1_000)
                .collectList()
                .block(TokenHouse.SOON);
        assertThat(owners).hasSize(1_000).containsOnly("ann");
    }

    @Test
    void aFailureIsToldToAllWhoWaitedAndToNobodyElse() {
        Sinks.Empty<Void> disk = Sinks.empty();
        house.fate = commit -> disk.asMono().then(Mono.error(new StoreException.Full("no room", null)));
        List<Throwable> errors = new ArrayList<>();
        for (int i = 0; i < 100; i++) house.tokens.issue("s1").subscribe(grant -> {}, errors::add);
        disk.tryEmitEmpty();
        assertThat(errors).hasSize(100).hasOnlyElementsOfType(StoreException.Full.class);
        assertThat(house.commits).hasValue(1);
        house.fate = commit -> commit;
        assertThat(house.token("s1")).isNotEmpty();
    }

    @Test
    void whoeverLeavesLeavesTheOthersAlone() {
        Sinks.Empty<Void> disk = Sinks.empty();
        house.fate = commit -> disk.asMono().then(commit);
        Disposable first = house.tokens.issue("s1").subscribe();
        AtomicReference<@Nullable Grant> second = new AtomicReference<>();
        house.tokens.issue("s1").subscribe(second::set);
        first.dispose();
        disk.tryEmitEmpty();
        assertThat(second.get()).isNotNull();
        assertThat(house.commits).hasValue(1);
    }

    /** The first one is told, and revokes, before the second one is. */
    @Test
    void whoIsToldBehindARevocationGetsATokenThatIsNewer() {
        Sinks.Empty<Void> disk = Sinks.empty();
        house.fate = commit -> disk.asMono().then(commit);
        AtomicReference<@Nullable Grant> second = new AtomicReference<>();
        house.tokens
                .issue("s1")
                .doOnNext(grant -> house.tokens.revoke("s1").subscribe())
                .subscribe();
        house.tokens.issue("s1").subscribe(second::set);
        house.fate = commit -> commit;
        disk.tryEmitEmpty();
        Awaitility.await().until(() -> second.get() != null);
        assertThat(accepted(Objects.requireNonNull(second.get()).token())).isTrue();
    }

    @Test
    void revokeMeetsIssue() {
        for (int i = 0; i < ROUNDS; i++) {
            String before = house.token("s1");
            String[] during = new String[1];
            RaceTestUtils.race(() -> house.revoke("s1"), () -> during[0] = house.token("s1"));
            assertThatThrownBy(() -> house.verify(before, "s1")).hasMessageContaining("revoked");
            String after = house.token("s1");
            assertThat(house.verify(after, "s1")).isEqualTo("ann");
            assertThat(during[0]).isIn(before, after);
        }
    }

    /** What is issued when a revocation is over is never an old one, however the two meet others. */
    @Test
    void afterARevocationNobodyGetsAnOldToken() {
        for (int i = 0; i < ROUNDS; i++) {
            String before = house.token("s1");
            String[] next = new String[1];
            Runnable revoker = () -> {
                house.revoke("s1");
                next[0] = house.token("s1");
            };
            RaceTestUtils.race(revoker, () -> house.token("s1"), () -> house.token("s1"));
            assertThat(next[0]).isNotEqualTo(before);
            assertThat(house.verify(next[0], "s1")).isEqualTo("ann");
        }
    }

    @Test
    void revokeMeetsVerify() {
        for (int i = 0; i < ROUNDS; i++) {
            String token = house.token("s1");
            if (i % 2 == 0) house.restart();
            RaceTestUtils.race(() -> house.revoke("s1"), () -> accepted(token));
            assertThat(accepted(token)).isFalse();
        }
    }

    private boolean accepted(String token) {
        try {
            house.verify(token, "s1");
            return true;
        } catch (TokenException refused) {
            return false;
        }
    }

    @Test
    void revocationsMeetAndAllOfThemHold() {
        for (int i = 0; i < ROUNDS; i++) {
            String token = house.token("s1");
            RaceTestUtils.race(() -> house.revoke("s1"), () -> house.revoke("s1"));
            assertThat(accepted(token)).isFalse();
        }
        assertThat(house.commits).hasValue(2 * ROUNDS);
    }

    @Test
    void killMeetsIssue() {
        for (int i = 0; i < ROUNDS; i++) {
            String id = "k" + i;
            house.running.put(id, "ann");
            RaceTestUtils.race(() -> house.end(id), () -> tryIssue(id));
        }
        leftBehindIsNothing();
    }

    @Test
    void killMeetsVerifyAndRevoke() {
        for (int i = 0; i < ROUNDS; i++) {
            String id = "k" + i;
            house.running.put(id, "ann");
            String token = house.token(id);
            house.restart();
            RaceTestUtils.race(
                    () -> house.end(id),
                    () -> house.tokens.verify(token, id).onErrorComplete().block(TokenHouse.SOON),
                    () -> house.tokens.revoke(id).onErrorComplete().block(TokenHouse.SOON));
        }
        leftBehindIsNothing();
    }

    private void tryIssue(String id) {
        house.tokens.issue(id).onErrorComplete(TokenException.Gone.class).block(TokenHouse.SOON);
    }

    private void leftBehindIsNothing() {
        assertThat(house.documents()).isEmpty();
        house.pass(Duration.ofSeconds(2));
        house.tokens.sweep().block(TokenHouse.SOON);
        assertThat(house.tokens.size()).isZero();
    }

    @Test
    void rotationMeetsIssueAndVerify() {
        String token = house.token("s1");
        for (int i = 0; i < KeyRing.MOST / 2; i++) {
            house.revoke("s1");
            house.file.asked = true;
            String[] next = new String[1];
            RaceTestUtils.race(() -> house.tokens.sweep().block(TokenHouse.SOON), () -> next[0] = house.token("s1"));
            assertThat(house.verify(next[0], "s1")).isEqualTo("ann");
        }
        assertThatThrownBy(() -> house.verify(token, "s1")).hasMessageContaining("revoked");
    }

    @Test
    void aRevocationGoesOnWithoutItsClient() {
        String token = house.token("s1");
        Sinks.Empty<Void> disk = Sinks.empty();
        house.fate = commit -> disk.asMono().then(commit);
        Disposable client = house.tokens.revoke("s1").subscribe();
        client.dispose();
        disk.tryEmitEmpty();
        assertThat(accepted(token)).isFalse();
    }

    @Test
    void aStoreThatNeverAnswersIsNotWaitedForAndItsLateCommitCounts() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        try (TokenHouse slow = new TokenHouse(OFTEN, time)) {
            String token = slow.token("s1");
            slow.fate = commit -> commit.then(Mono.never());
            AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
            slow.tokens.revoke("s1").subscribe(nothing -> {}, error::set);
            assertThat(error.get()).isNull();
            time.advanceTimeBy(Duration.ofSeconds(10));
            assertThat(error.get()).isInstanceOf(StoreException.Unavailable.class);
            slow.fate = commit -> commit;
            assertThatThrownBy(() -> slow.verify(token, "s1")).hasMessageContaining("revoked");
        }
    }
}

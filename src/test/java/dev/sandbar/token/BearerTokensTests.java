package dev.sandbar.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.store.Change;
import dev.sandbar.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Issue, expiry, revocation, rotation and restarts of short-lived tokens. */
class BearerTokensTests {

    private static final Duration LIFE = TokenSettings.DEFAULT.life();
    private static final Duration MARGIN = Duration.ofSeconds(60);

    private final TokenHouse house = new TokenHouse();

    @AfterEach
    void end() {
        house.close();
    }

    private void refused(String token, String id, String why) {
        assertThatThrownBy(() -> house.verify(token, id))
                .isInstanceOf(TokenException.Refused.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining(token);
    }

    @Test
    void tokenNamesTheOwnerOfItsSandbox() {
        assertThat(house.verify(house.token("s1"), "s1")).isEqualTo("ann");
        assertThat(house.verify(house.token("s2"), "s2")).isEqualTo("bob");
    }

    @Test
    void tokenIsForItsOwnSandboxOnly() {
        refused(house.token("s1"), "s2", "another sandbox");
        refused(house.token("s1"), "never-heard-of", "another sandbox");
    }

    @Test
    void tokenIsForItsOwnersSandboxOnly() {
        String token = house.token("s1");
        house.running.put("s1", "eve");
        refused(token, "s1", "another sandbox");
    }

    @Test
    void tokenIsForItsOwnServiceOnly() {
        try (BearerTokens elsewhere = house.open(TokenSettings.DEFAULT, "elsewhere")) {
            String token = house.token("s1");
            assertThatThrownBy(() -> elsewhere.verify(token, "s1").block(TokenHouse.SOON))
                    .hasMessageContaining("another service");
        }
    }

    @Test
    void tokenLivesAsLongAsItSays() {
        Grant grant = house.grant("s1");
        assertThat(grant.left()).isBetween(LIFE.minusMillis(1), LIFE);
        house.pass(grant.left().minusMillis(1));
        assertThat(house.verify(grant.token(), "s1")).isEqualTo("ann");
        house.pass(Duration.ofMillis(1));
        refused(grant.token(), "s1", "expired");
    }

    @Test
    void whoeverAsksGetsTheLiveOneUntilShortlyBeforeItsEnd() {
        Grant first = house.grant("s1");
        house.pass(LIFE.minus(MARGIN).minusMillis(1));
        Grant again = house.grant("s1");
        assertThat(again.token()).isEqualTo(first.token());
        assertThat(again.left()).isLessThan(MARGIN.plusMillis(2));
        assertThat(house.commits).hasValue(1);
        house.pass(Duration.ofMillis(1));
        Grant next = house.grant("s1");
        assertThat(next.token()).isNotEqualTo(first.token());
        assertThat(next.left()).isGreaterThan(LIFE.minusMillis(2));
        assertThat(house.verify(first.token(), "s1")).isEqualTo("ann");
    }

    @Test
    void atTheMarginAnotherOneIsGivenOut() {
        house.now.set(Instant.parse("2026-01-01T00:00:00Z"));
        String first = house.token("s1");
        house.pass(LIFE.minus(MARGIN));
        assertThat(house.token("s1")).isNotEqualTo(first);
    }

    @Test
    void whatLivesAsLongAsNewOnesMayIsStillGivenOut() {
        house.now.set(Instant.parse("2026-01-01T00:00:00Z"));
        String first = house.token("s1");
        house.restart(new TokenSettings(LIFE.minus(MARGIN), Duration.ofDays(1), 50, 500));
        assertThat(house.token("s1")).isEqualTo(first);
        house.restart(new TokenSettings(LIFE.minus(MARGIN).minusMillis(1), Duration.ofDays(1), 50, 500));
        assertThat(house.token("s1")).isNotEqualTo(first);
    }

    @Test
    void whatWasReadOnceIsRemembered() {
        house.token("s1");
        house.restart();
        house.finds.set(0);
        house.token("s1");
        house.token("s1");
        house.revoke("s2");
        house.token("s2");
        assertThat(house.finds).hasValue(2);
    }

    @Test
    void closeFailsThoseWhoseTokenIsStillLookedFor() {
        String token = house.token("s1");
        house.restart();
        house.reading = read -> Mono.never();
        StepVerifier.create(house.tokens.verify(token, "s1"))
                .then(() -> house.tokens.close())
                .expectError(CancellationException.class)
                .verify(TokenHouse.SOON);
    }

    @Test
    void closeFailsThoseWhoWaitAndWhoeverComesLater() {
        house.fate = commit -> Mono.never();
        StepVerifier.create(house.tokens.issue("s1"))
                .then(() -> house.tokens.close())
                .expectError()
                .verify(TokenHouse.SOON);
        assertThatThrownBy(() -> house.tokens.sweep().block(TokenHouse.SOON))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> house.tokens.verify("x", "s1").block(TokenHouse.SOON))
                .isInstanceOf(TokenException.Refused.class);
    }

    @Test
    void shortLivesHaveShortMargins() {
        TokenSettings brief = new TokenSettings(Duration.ofSeconds(10), Duration.ofHours(1), 1, 1);
        assertThat(brief.margin()).isEqualTo(Duration.ofSeconds(2));
        assertThat(TokenSettings.DEFAULT.margin()).isEqualTo(MARGIN);
    }

    @Test
    void revokedTokensAreRefusedAndTheNextIsAnother() {
        String first = house.token("s1");
        String others = house.token("s2");
        house.revoke("s1");
        refused(first, "s1", "revoked");
        String next = house.token("s1");
        assertThat(next).isNotEqualTo(first);
        assertThat(house.verify(next, "s1")).isEqualTo("ann");
        assertThat(house.verify(others, "s2")).isEqualTo("bob");
        house.revoke("s1");
        refused(first, "s1", "revoked");
        refused(next, "s1", "revoked");
    }

    @Test
    void allTokensThatWereIssuedAreRevoked() {
        String first = house.token("s1");
        house.pass(LIFE.minus(MARGIN));
        String second = house.token("s1");
        house.revoke("s1");
        refused(first, "s1", "revoked");
        refused(second, "s1", "revoked");
    }

    @Test
    void whereNothingWasIssuedNothingIsRecordedByARevocationOrAnEnd() {
        house.revoke("s1");
        house.end("s2");
        assertThat(house.commits).hasValue(0);
        house.token("s1");
        house.revoke("s1");
        house.revoke("s1");
        assertThat(house.commits).hasValue(2);
    }

    @Test
    void aRestartChangesNothing() {
        Grant first = house.grant("s1");
        house.restart();
        assertThat(house.verify(first.token(), "s1")).isEqualTo("ann");
        house.restart();
        assertThat(house.grant("s1").token()).isEqualTo(first.token());
        house.revoke("s1");
        house.restart();
        refused(first.token(), "s1", "revoked");
        assertThat(house.token("s1")).isNotEqualTo(first.token());
    }

    @Test
    void afterAShorterLifeWasSetNoLongOneIsGivenOut() {
        String first = house.token("s1");
        house.restart(new TokenSettings(Duration.ofMinutes(1), Duration.ofDays(1), 50, 500));
        Grant next = house.grant("s1");
        assertThat(next.left()).isLessThanOrEqualTo(Duration.ofMinutes(1));
        assertThat(house.verify(first, "s1")).isEqualTo("ann");
    }

    @Test
    void rotationCutsNoLiveToken() {
        String first = house.token("s1");
        house.file.asked = true;
        house.tokens.sweep().block(TokenHouse.SOON);
        assertThat(house.verify(first, "s1")).isEqualTo("ann");
        assertThat(house.token("s1")).as("the live one is still given out").isEqualTo(first);
        house.restart();
        assertThat(house.verify(first, "s1")).isEqualTo("ann");
        house.revoke("s1");
        String next = house.token("s1");
        assertThat(next.split("\\.", -1)[1]).isNotEqualTo(first.split("\\.", -1)[1]);
        assertThat(house.verify(next, "s1")).isEqualTo("ann");
    }

    @Test
    void withoutItsKeyATokenIsNothingAndAnotherIsIssued() {
        String first = house.token("s1");
        house.file.content = "";
        house.restart();
        refused(first, "s1", "malformed");
        assertThat(house.verify(house.token("s1"), "s1")).isEqualTo("ann");
    }

    @Test
    void tokensAreGoneWithTheirSandbox() {
        String token = house.token("s1");
        assertThat(house.tokens.size())
                .as("its state, a count of its issues, one of its owner's")
                .isEqualTo(3);
        house.end("s1");
        assertThatThrownBy(() -> house.verify(token, "s1")).isInstanceOf(TokenException.Gone.class);
        assertThatThrownBy(() -> house.token("s1")).isInstanceOf(TokenException.Gone.class);
        assertThatThrownBy(() -> house.revoke("s1")).isInstanceOf(TokenException.Gone.class);
        assertThat(house.documents()).isEmpty();
        house.pass(Duration.ofSeconds(1));
        house.tokens.sweep().block(TokenHouse.SOON);
        assertThat(house.tokens.size()).isZero();
    }

    @Test
    void whatIsLeftOfSandboxesThatNobodyKnowsGoesAtTheStart() {
        String token = house.token("s1");
        house.token("s2");
        house.running.put("s3", "ann");
        house.token("s3");
        house.running.remove("s2");
        house.running.remove("s3");
        house.restart();
        house.tokens.keepOnly("s3"::equals).block(TokenHouse.SOON);
        assertThat(house.documents()).containsExactlyInAnyOrder("s1", "s3");
        assertThat(house.verify(token, "s1")).isEqualTo("ann");
    }

    @Test
    void newOnesAreIssuedSoOftenOnly() {
        int most = TokenSettings.DEFAULT.perSandbox();
        for (int i = 0; i < most; i++) {
            house.token("s1");
            house.revoke("s1");
        }
        assertThatThrownBy(() -> house.token("s1")).isInstanceOfSatisfying(TokenException.TooMany.class, refusal -> {
            assertThat(refusal.seconds()).isEqualTo(1);
            assertThat(refusal).hasMessageContaining("sandbar.tokens.per-sandbox");
        });
        assertThat(house.token("s2")).isNotEmpty();
        house.pass(Duration.ofSeconds(1).dividedBy(2L * most));
        assertThatThrownBy(() -> house.token("s1")).isInstanceOf(TokenException.TooMany.class);
        house.pass(Duration.ofSeconds(1).dividedBy(2L * most));
        String token = house.token("s1");
        for (int i = 0; i < 10 * most; i++) {
            assertThat(house.token("s1")).as("the live one costs nothing").isEqualTo(token);
        }
    }

    @Test
    void whoHasToWaitForASecondIsToldSo() {
        TokenSettings one = new TokenSettings(LIFE, Duration.ofDays(1), 1, 500);
        try (TokenHouse other = new TokenHouse(one, Schedulers.parallel())) {
            other.token("s1");
            other.revoke("s1");
            assertThatThrownBy(() -> other.token("s1"))
                    .isInstanceOfSatisfying(
                            TokenException.TooMany.class,
                            refusal -> assertThat(refusal.seconds()).isEqualTo(1));
        }
    }

    @Test
    void anOwnersSandboxesShareARate() {
        TokenSettings few = new TokenSettings(LIFE, Duration.ofDays(1), 5, 2);
        try (TokenHouse other = new TokenHouse(few, Schedulers.parallel())) {
            for (String id : new String[] {"a1", "a2", "a3"}) other.running.put(id, "ann");
            other.token("a1");
            other.token("a2");
            assertThatThrownBy(() -> other.token("a3"))
                    .isInstanceOf(TokenException.TooMany.class)
                    .hasMessageContaining("sandbar.tokens.per-owner");
            assertThat(other.token("s2")).isNotEmpty();
        }
    }

    @Test
    void aStoreThatRefusesHasIssuedAndRevokedNothing() {
        house.fate = commit -> Mono.error(new StoreException.Full("no room", null));
        assertThatThrownBy(() -> house.token("s1")).isInstanceOf(StoreException.Full.class);
        house.fate = commit -> commit;
        String token = house.token("s1");
        house.fate = commit -> Mono.error(new StoreException.Full("no room", null));
        assertThatThrownBy(() -> house.revoke("s1")).isInstanceOf(StoreException.Full.class);
        assertThat(house.verify(token, "s1")).isEqualTo("ann");
        house.fate = commit -> commit;
        house.revoke("s1");
        refused(token, "s1", "revoked");
    }

    @Test
    void aRevocationOfWhichNobodyKnowsIsReadFromTheStore() {
        String token = house.token("s1");
        house.fate = commit -> commit.then(Mono.error(new StoreException.Unavailable("the disk failed", null)));
        assertThatThrownBy(() -> house.revoke("s1")).isInstanceOf(StoreException.Unavailable.class);
        refused(token, "s1", "revoked");
    }

    @Test
    void aChangeBySomebodyElseIsTakenIntoAccount() {
        String token = house.token("s1");
        byte[] revoked = "{\"generation\":5,\"expiresAt\":0}".getBytes(StandardCharsets.UTF_8);
        house.store
                .commit(new Change.Put(Ledger.KIND, "s1", Change.ANY, revoked))
                .block(TokenHouse.SOON);
        house.pass(LIFE);
        String next = house.token("s1");
        assertThat(house.verify(next, "s1")).isEqualTo("ann");
        assertThat(next).contains(".5.");
        refused(token, "s1", "expired");
    }

    @Test
    void aRecordThatCannotBeReadIsNotTakenForNoRevocation() {
        String token = house.token("s1");
        byte[] rubbish = "?".getBytes(StandardCharsets.UTF_8);
        house.store
                .commit(new Change.Put(Ledger.KIND, "s1", Change.ANY, rubbish))
                .block(TokenHouse.SOON);
        house.restart();
        assertThatThrownBy(() -> house.verify(token, "s1")).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> house.token("s1")).isInstanceOf(StoreException.class);
        house.end("s1");
        assertThat(house.documents())
                .as("it goes with its sandbox all the same")
                .isEmpty();
    }

    @Test
    void nothingSecretIsRecordedOrPrinted() {
        Grant grant = house.grant("s1");
        String tag = grant.token().substring(grant.token().lastIndexOf('.') + 1);
        byte[] content = house.store
                .find(Ledger.KIND, "s1")
                .map(document -> document.content())
                .block(TokenHouse.SOON);
        assertThat(new String(content, StandardCharsets.UTF_8)).doesNotContain(tag);
        assertThat(grant.toString()).doesNotContain(tag);
    }

    @Test
    void settingsOutsideOfTheirRangesAreRefusedByTheirNames() {
        Duration day = Duration.ofDays(1);
        assertThatThrownBy(() -> new TokenSettings(Duration.ofSeconds(9), day, 1, 1))
                .hasMessageContaining("sandbar.tokens.life");
        assertThatThrownBy(() -> new TokenSettings(day.plusMillis(1), day, 1, 1))
                .hasMessageContaining("sandbar.tokens.life");
        assertThatThrownBy(() -> new TokenSettings(day, Duration.ofMinutes(59), 1, 1))
                .hasMessageContaining("sandbar.tokens.key-age");
        assertThatThrownBy(() -> new TokenSettings(day, day, 0, 1)).hasMessageContaining("sandbar.tokens.per-sandbox");
        assertThatThrownBy(() -> new TokenSettings(day, day, 1, 0)).hasMessageContaining("sandbar.tokens.per-owner");
    }
}

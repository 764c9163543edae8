package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

@DisplayName("a.10.7 joining the changes of two processes")
class SavedTokensTests {

    private final SavedTokens saved = new SavedTokens();

    @RepeatedTest(500)
    void givesTheSameInAnyOrderAndAnyNumberOfTimes(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        SavedTokens[] three = {some(random), some(random), some(random)};
        SavedTokens forward = joined(three[0], three[1], three[2]);
        assertThat(joined(three[2], three[1], three[0])).isEqualTo(forward);
        assertThat(joined(three[1], joined(three[2], three[0]))).isEqualTo(forward);
        assertThat(joined(three[1], three[1], three[0], forward, three[2])).isEqualTo(forward);
    }

    private static SavedTokens some(Random random) {
        SavedTokens some = new SavedTokens();
        for (int i = random.nextInt(12); i > 0; i--) {
            String id = "sb" + random.nextInt(3);
            long at = random.nextInt(1, 7);
            int what = random.nextInt(8);
            if (what == 0) some.clear(at);
            else if (what < 3) some.drop(id, at);
            else some.put(id, token("t" + random.nextInt(3), at));
        }
        return some;
    }

    private static SavedTokens joined(SavedTokens... all) {
        SavedTokens joined = new SavedTokens();
        for (SavedTokens each : all) {
            joined.join(each);
        }
        return joined;
    }

    @Test
    void laterTokenStays() {
        saved.put("a", token("late", 20));
        saved.put("a", token("early", 10));
        assertThat(saved.tokens().get("a")).isEqualTo(token("late", 20));
    }

    @Test
    void droppedTokenDoesNotComeBackButALaterOneDoes() {
        saved.put("a", token("old", 10));
        saved.drop("a", 10);
        saved.put("a", token("old", 10));
        assertThat(saved.tokens()).isEmpty();
        saved.put("a", token("new", 11));
        assertThat(saved.tokens()).containsOnlyKeys("a");
    }

    @Test
    void dropOfAnOldTokenLeavesALaterOneAlone() {
        saved.put("a", token("new", 11));
        saved.drop("a", 10);
        assertThat(saved.tokens()).containsOnlyKeys("a");
    }

    @Test
    void clearedTokensDoNotComeBack() {
        saved.put("a", token("old", 10));
        saved.clear(12);
        saved.put("b", token("old too", 12));
        saved.put("c", token("new", 13));
        assertThat(saved.tokens()).containsOnlyKeys("c");
    }

    @Test
    void pruningForgetsWhatHasExpiredAndWhatIsTooMuch() {
        long now = 10 * SavedTokens.DROPPED_MICROS;
        saved.put("expired", new SavedToken("t", null, now - 10, now, null));
        saved.put("soon", new SavedToken("t", null, now - 10, now + 1, null));
        saved.put("late", new SavedToken("t", null, now - 10, now + 3, null));
        saved.put("later", new SavedToken("t", null, now - 10, now + 2, null));
        saved.drop("long ago", now - SavedTokens.DROPPED_MICROS);
        saved.drop("lately", now - 1);
        saved.clear(now - SavedTokens.DROPPED_MICROS);
        saved.prune(now, 2);
        assertThat(saved.tokens()).containsOnlyKeys("late", "later");
        assertThat(saved.dropped()).containsOnlyKeys("lately");
        assertThat(saved.cleared()).isZero();
    }

    @Test
    void timesOfAClockThatWasSetBackRuleNothing() {
        long now = 1_000_000;
        long future = now + SavedTokens.AHEAD_MICROS + 1;
        saved.clear(future);
        saved.drop("a", future);
        saved.prune(now, 10);
        saved.put("a", token("t", now));
        assertThat(saved.tokens()).containsOnlyKeys("a");
        saved.put("b", token("t", future));
        saved.prune(now, 10);
        assertThat(saved.tokens()).containsOnlyKeys("a");
    }

    private static SavedToken token(String value, long issuedAt) {
        return new SavedToken(value, null, issuedAt, Long.MAX_VALUE, null);
    }

    @Test
    void ofTheSameTokenTheLaterEndCounts() {
        SavedToken early = new SavedToken("t", null, 10, 20, null);
        SavedToken late = new SavedToken("t", null, 10, 30, null);
        saved.put("a", early);
        saved.put("a", late);
        assertThat(saved.tokens().get("a")).isEqualTo(late);
        saved.put("a", early);
        assertThat(saved.tokens().get("a")).isEqualTo(late);
        SavedTokens same = new SavedTokens();
        same.put("a", late);
        assertThat(saved).isEqualTo(same).hasSameHashCodeAs(same);
    }

    @Test
    void ofTheSameTokenWhatIsKnownOfItsSandboxCounts() {
        SavedToken unknown = new SavedToken("t", null, 10, 30, null);
        SavedToken known = new SavedToken("t", null, 10, 20, false);
        SavedToken with = new SavedToken("t", null, 10, 10, true);
        saved.put("a", unknown);
        saved.put("a", known);
        assertThat(saved.tokens().get("a")).isEqualTo(known);
        saved.put("a", unknown);
        assertThat(saved.tokens().get("a")).isEqualTo(known);
        saved.put("a", with);
        saved.put("a", known);
        assertThat(saved.tokens().get("a")).isEqualTo(with);
    }
}

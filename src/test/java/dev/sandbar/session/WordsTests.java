package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class WordsTests {

    @Test
    void reasonsAreOurOwnOrNamedByTheirKind() {
        assertThat(Words.reason(new RuntimeUnavailableException("no room"))).isEqualTo("no room");
        assertThat(Words.reason(new TimeoutException("5 s"))).isEqualTo("it took too long");
        assertThat(Words.reason(new StoreException.Busy("locked"))).isEqualTo("it can't be recorded now");
        assertThat(Words.reason(new AgentGoneException("closed", null))).isEqualTo("it doesn't answer");
        assertThat(Words.reason(new RejectedExecutionException("full"))).isEqualTo("the service is too busy");
        assertThat(Words.reason(new IllegalStateException("/a/path"))).isEqualTo("the service's log says why");
    }

    @Test
    void noteOfAReplacementKeepsWhatNobodyHasBeenTold() {
        assertThat(Words.carried(null, "big", "2 files")).startsWith("[The sandbox of this session was replaced");
        assertThat(Words.carried(Words.RESET, "big", "2 files"))
                .startsWith(Words.RESET + "\n[The sandbox")
                .contains("\"big\": 2 files; packages");
        assertThat(Words.carried("[another note]", "big", "none")).startsWith("[The sandbox");
    }

    @Test
    void timesAreWholeSecondsAndNeverBelowZero() {
        Instant at = Instant.parse("2026-01-01T00:00:00.120Z");
        assertThat(Times.wire(at)).isEqualTo("2026-01-01T00:00:00.120Z");
        assertThat(Times.seconds(Duration.ofMillis(1999))).isEqualTo("1 s");
        assertThat(Times.seconds(at, at.minusSeconds(9))).isEqualTo("0 s");
        assertThat(Times.seconds(at, at.plusSeconds(9))).isEqualTo("9 s");
    }

    @Test
    void textsAreNotCutWithinACharacter() {
        String smile = "\ud83d\ude00";
        assertThat(Texts.first("abc", 3)).isEqualTo("abc");
        assertThat(Texts.first("abc", 2)).isEqualTo("ab");
        assertThat(Texts.first("a" + smile, 2)).isEqualTo("a");
        assertThat(Texts.first("a" + smile, 3)).isEqualTo("a" + smile);
        assertThat(Texts.first(smile, 0)).isEmpty();
        assertThat(Texts.pieces("ab" + smile + "cd", 3)).containsExactly("ab", smile + "c", "d");
        assertThat(Texts.pieces("", 3)).isEmpty();
    }
}

package dev.sandbar.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.AgentGoneException.Sign;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTests {

    /** Clients give a sandbox up by a 502. */
    @ParameterizedTest
    @CsvSource({"GONE,502", "LATE,504", "NOT_ASKED,503"})
    void onlyASandboxThatIsGoneIsA502(Sign sign, int status) {
        assertThat(Failures.of(new AgentGoneException("no answer", null, sign)).status())
                .isEqualTo(status);
    }

    /** Errors that come when their caller has left are logged as failures, unless they are refusals. */
    @Test
    void refusalsAreAnswersAndFaultsAreNone() {
        assertThat(Failures.isRefusal(new ApiException(409, "not now"))).isTrue();
        assertThat(Failures.isRefusal(new IllegalStateException("a fault"))).isFalse();
        assertThat(Failures.isRefusal(new AgentGoneException("no answer", null, Sign.GONE)))
                .isFalse();
    }
}

package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.test.publisher.TestPublisher;

@ExtendWith(OutputCaptureExtension.class)
class LateErrorsTests {

    private final TestPublisher<String> source =
            TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);

    private void failLate(RuntimeException error) {
        source.flux()
                .take(1)
                .contextWrite(LateErrors.expect(IllegalStateException.class::isInstance))
                .subscribe();
        source.next("one").error(error);
    }

    @Test
    void whatIsExpectedIsNoFailure(CapturedOutput output) {
        failLate(new IllegalStateException("an answer to whoever has left"));
        assertThat(output).doesNotContain("an answer to whoever has left");
    }

    @Test
    void whatNobodyExpectsIsLoggedWithItsTrace(CapturedOutput output) {
        failLate(new IllegalArgumentException("a fault of late"));
        assertThat(output).contains("ERROR", "a fault of late", "\tat ");
    }
}

package dev.sandbar.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.test.publisher.TestPublisher;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(OutputCaptureExtension.class)
class RefusalsTests {

    private final Refusals refusals = new Refusals(new Json(JsonMapper.shared(), 1000));
    private final TestPublisher<ServerResponse> handler =
            TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);

    @Test
    void refusalThatNobodyWaitsForIsNoFailure(CapturedOutput output) {
        failLate(new ApiException(409, "not for those who have left"));
        assertThat(output).doesNotContain("not for those who have left");
    }

    @Test
    void faultThatNobodyWaitsForIsLogged(CapturedOutput output) {
        failLate(new IllegalStateException("a fault of late"));
        assertThat(output).contains("ERROR", "a fault of late");
    }

    private void failLate(RuntimeException error) {
        ServerRequest request = ServerRequest.create(
                MockServerWebExchange.from(MockServerHttpRequest.get("/")),
                HandlerStrategies.withDefaults().messageReaders());
        refusals.filter(request, any -> handler.flux().take(1).single()).subscribe();
        ServerResponse.ok().build().subscribe(handler::next);
        handler.error(error);
    }
}

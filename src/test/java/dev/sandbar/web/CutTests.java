package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.web.RawHttp.End;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer that can't be completed is broken off such that nobody takes it for whole. */
class CutTests {

    private final TestService service = new TestService();
    private final String id = service.sandbox();

    @AfterEach
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1", "HTTP/1.0"})
    void aKilledSandboxResetsItsStreams(String version) throws IOException {
        byte[] body = Envelopes.pack("{\"process\":{\"cmd\":\"sleep\"}}");
        try (RawHttp stream = new RawHttp(service.port())) {
            stream.send("POST /process.Process/Start " + version + "\r\nHost: x\r\nE2b-Sandbox-Id: " + id
                            + "\r\nE2b-Sandbox-Port: 49983\r\nX-Access-Token: " + service.tokens.of(id)
                            + "\r\nContent-Type: application/connect+json\r\nContent-Length: " + body.length
                            + "\r\n\r\n")
                    .send(body);
            assertThat(stream.until("\"start\"")).contains("200 OK");
            service.control()
                    .delete()
                    .uri("/sandboxes/" + id)
                    .exchange()
                    .expectStatus()
                    .isNoContent();
            assertThat(stream.rest()).isEqualTo(End.RESET);
        }
    }

    @Test
    void aWholeAnswerEndsInOrder() throws IOException {
        try (RawHttp whole = new RawHttp(service.port())) {
            whole.send("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(whole.answer().status()).isEqualTo(200);
            assertThat(whole.end()).isEqualTo(End.CLOSED);
        }
    }
}

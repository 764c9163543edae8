package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.reactive.server.WebTestClient;

class MetricsTests {

    private final TestService service = new TestService();
    private final String id = service.sandbox();

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void theSandboxTellsWhatItUses() {
        WebTestClient.BodyContentSpec body = service.data(id)
                .get()
                .uri("/metrics")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody();
        body.jsonPath("$.cpu_count").isEqualTo(1);
        body.jsonPath("$.cpu_used_pct")
                .value(Double.class, percent -> assertThat(percent).isBetween(1.0, 26.0));
        body.jsonPath("$.mem_used").isEqualTo(1 << 20).jsonPath("$.mem_cache").isEqualTo(2 << 20);
        body.jsonPath("$.mem_total")
                .isEqualTo(512 << 20)
                .jsonPath("$.mem_total_mib")
                .isEqualTo(512);
        body.jsonPath("$.mem_used_mib").isEqualTo(1).jsonPath("$.disk_used").isEqualTo(3 << 20);
        body.jsonPath("$.disk_total").isEqualTo(4 << 20).jsonPath("$.ts").isNumber();
    }

    @Test
    void thePresentIsTheOnlyEntryOfARangeThatHoldsIt() {
        long now = Instant.now().getEpochSecond();
        for (String range : new String[] {"", "?start=" + (now - 60), "?start=0&end=" + (now + 60)}) {
            WebTestClient.BodyContentSpec body =
                    metrics(range).expectStatus().isOk().expectBody();
            body.jsonPath("$.length()").isEqualTo(1);
            body.jsonPath("$[0].cpuCount").isEqualTo(1).jsonPath("$[0].memUsed").isEqualTo(1 << 20);
            body.jsonPath("$[0].diskTotal")
                    .isEqualTo(4 << 20)
                    .jsonPath("$[0].timestamp")
                    .isNotEmpty();
        }
        for (String range : new String[] {"?end=" + (now - 60), "?start=" + (now + 60)}) {
            metrics(range).expectStatus().isOk().expectBody().json("[]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"?start=soon", "?end=-1", "?start=2&end=1", "?start=1.5", "?end=99999999999999999999"})
    void rangesThatAreNoneAreRefused(String range) {
        metrics(range)
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo(400);
    }

    @Test
    void whatCannotBeToldIsRefusedAndNotInvented() {
        service.runtime.measuring = false;
        metrics("")
                .expectStatus()
                .isEqualTo(501)
                .expectBody()
                .jsonPath("$.message")
                .isEqualTo("it has no kernel");
        service.data(id).get().uri("/metrics").exchange().expectStatus().isEqualTo(501);
    }

    @Test
    void otherOwnersSandboxesAndDeadOnesAreUnknown() {
        service.anonymous()
                .get()
                .uri("/sandboxes/" + id + "/metrics")
                .header("X-API-Key", TestService.OTHER_KEY)
                .exchange()
                .expectStatus()
                .isNotFound();
        service.runtime.destroy(id).block();
        metrics("").expectStatus().isEqualTo(503);
        service.control()
                .delete()
                .uri("/sandboxes/" + id)
                .exchange()
                .expectStatus()
                .isNoContent();
        metrics("").expectStatus().isNotFound();
        service.data(id).get().uri("/metrics").exchange().expectStatus().isEqualTo(502);
    }

    private WebTestClient.ResponseSpec metrics(String range) {
        return service.control()
                .get()
                .uri("/sandboxes/" + id + "/metrics" + range)
                .exchange();
    }
}

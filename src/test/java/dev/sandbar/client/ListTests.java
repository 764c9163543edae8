package dev.sandbar.client;

import static dev.sandbar.client.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class ListTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final ScriptedServer server = new ScriptedServer();
    private final SandboxClient client = server.client().build();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void aPageIsAskedForWhenSomethingOfItIsWanted() {
        server.then(
                json(200, "[{\"sandboxID\":\"a\"},{\"sandboxID\":\"b\"}]", "X-Next-Token", "n 1&"),
                json(200, "[]", "X-Next-Token", "n2"),
                json(200, "[{\"sandboxID\":\"c\"}]"));
        StepVerifier.create(client.list(SandboxFilter.ALL.withPageSize(2)).map(SandboxInfo::id), 0)
                .then(() -> assertThat(server.asked).isEmpty())
                .thenRequest(2)
                .expectNext("a", "b")
                .then(() -> assertThat(server.asked).hasSize(1))
                .thenRequest(1)
                .expectNext("c")
                .expectComplete()
                .verify(LIMIT);
        assertThat(server.asked)
                .extracting(ScriptedServer.Asked::uri)
                .containsExactly(
                        "/v2/sandboxes?limit=2",
                        "/v2/sandboxes?limit=2&nextToken=n%201%26",
                        "/v2/sandboxes?limit=2&nextToken=n2");
    }

    @Test
    void metadataIsFilteredByInTheFormOfTheSdks() {
        server.then(json(200, "[]"));
        client.list(SandboxFilter.ALL.withMetadata("k&", "b c")).blockLast(LIMIT);
        assertThat(server.last().uri()).endsWith("metadata=k%252526%3Db%252520c");
    }

    @Test
    void thousandsOfPagesAreNoDeeperThanOne() {
        for (int i = 0; i < 2000; i++) {
            server.then(json(200, "[{\"sandboxID\":\"a\"}]", "X-Next-Token", "n" + i));
        }
        server.then(json(200, "[]"));
        assertThat(client.list(SandboxFilter.ALL).count().block(Duration.ofSeconds(60)))
                .isEqualTo(2000);
    }

    @Test
    void aPageThatFailsFailsTheListBehindWhatWasThere() {
        server.then(json(200, "[{\"sandboxID\":\"a\"}]", "X-Next-Token", "n"), ScriptedServer.error(403));
        StepVerifier.create(client.list(SandboxFilter.ALL))
                .expectNextCount(1)
                .expectError(SandboxApiException.class)
                .verify(LIMIT);
    }
}

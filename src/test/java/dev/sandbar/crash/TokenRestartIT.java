package dev.sandbar.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.e2e.ServiceProcess;
import dev.sandbar.store.Change;
import dev.sandbar.store.Document;
import dev.sandbar.store.Store;
import dev.sandbar.store.sqlite.SqliteSettings;
import dev.sandbar.store.sqlite.SqliteStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Short-lived access tokens across the service's end and its return. */
class TokenRestartIT {

    private static final String KEY = "e2b_" + "5d".repeat(20);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path directory;

    @Test
    void liveAndRevokedTokensOutliveANormalStop() throws Exception {
        outlive(ServiceProcess::close);
    }

    @Test
    void liveAndRevokedTokensOutliveAKill() throws Exception {
        outlive(TokenRestartIT::kill);
    }

    private void outlive(Consumer<ServiceProcess> end) throws Exception {
        String kept;
        String cut;
        String live;
        String revoked;
        try (ServiceProcess service = start()) {
            kept = create(service);
            cut = create(service);
            live = token(service, kept);
            revoked = token(service, cut);
            assertThat(send(service, "DELETE", "/sandboxes/" + cut + "/auth", "X-API-Key", KEY)
                            .statusCode())
                    .isEqualTo(204);
            end.accept(service);
        }
        String orphan = "i0orphan";
        inStore(store -> store.commit(new Change.Put("tokens", orphan, Change.NEW, "{}".getBytes(UTF_8))));
        assertThat(recorded()).containsExactlyInAnyOrder(kept, cut, orphan);
        try (ServiceProcess service = start()) {
            assertThat(read(service, kept, live).statusCode()).isEqualTo(200);
            assertThat(read(service, cut, revoked).body()).contains("revoked").contains("401");
            assertThat(token(service, kept)).as("the live one is given out on").isEqualTo(live);
            String next = token(service, cut);
            assertThat(next).isNotEqualTo(revoked);
            assertThat(read(service, cut, next).statusCode()).isEqualTo(200);
            assertThat(service.output()).doesNotContain(live).doesNotContain(revoked);
            end(service, kept);
            end(service, cut);
        }
        assertThat(recorded()).isEmpty();
    }

    @Test
    void keysAreRotatedOnDemandAndCutNoLiveToken() throws Exception {
        Path keys = directory.resolve("data/token-keys");
        Path asked = directory.resolve("data/rotate-token-keys");
        try (ServiceProcess service = start()) {
            String id = create(service);
            String live = token(service, id);
            Files.createFile(asked);
            Awaitility.await().atMost(LIMIT).until(() -> !Files.exists(asked));
            List<String> ring = Files.readAllLines(keys);
            assertThat(ring).hasSize(2);
            assertThat(Files.getPosixFilePermissions(keys)).hasSize(2);
            assertThat(read(service, id, live).statusCode()).isEqualTo(200);
            send(service, "DELETE", "/sandboxes/" + id + "/auth", "X-API-Key", KEY);
            String next = token(service, id);
            assertThat(next).contains(ring.get(0).substring(0, 8));
            assertThat(read(service, id, next).statusCode()).isEqualTo(200);
            assertThat(service.output()).doesNotContain(ring.get(0).substring(30));
            end(service, id);
        }
    }

    @Test
    void damagedKeysStopTheStartInOneSentence() throws Exception {
        Files.createDirectories(directory.resolve("data"));
        Files.writeString(directory.resolve("data/token-keys"), "rubbish");
        Process process = ServiceProcess.launch(directory, Map.of("SANDBAR_API_KEY", KEY), ServiceProcess.BRIEF);
        Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> !process.isAlive());
        assertThat(process.exitValue()).isNotZero();
        assertThat(directory.resolve("service.log"))
                .content()
                .contains("token-keys doesn't hold what it should")
                .doesNotContain("\tat ");
    }

    private HttpResponse<String> read(ServiceProcess service, String id, String token) throws Exception {
        return send(service, "GET", "/sandboxes/" + id, "Authorization", "Bearer " + token);
    }

    private String token(ServiceProcess service, String id) throws Exception {
        HttpResponse<String> answer = send(service, "POST", "/sandboxes/" + id + "/auth", "X-API-Key", KEY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body()).path("token").asString("");
    }

    private String create(ServiceProcess service) throws IOException {
        return new CrashClient(service.address(), KEY)
                .create(600)
                .json()
                .path("sandboxID")
                .asString("");
    }

    private HttpResponse<String> send(ServiceProcess service, String method, String path, String header, String value)
            throws Exception {
        URI address = service.address().resolve(path);
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(LIMIT)
                .header(header, value)
                .method(method, BodyPublishers.noBody())
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private ServiceProcess start() throws IOException {
        return new ServiceProcess(directory, Map.of("SANDBAR_API_KEY", KEY), ServiceProcess.BRIEF);
    }

    private static void end(ServiceProcess service, String id) throws IOException {
        assertThat(new CrashClient(service.address(), KEY).kill(id).status()).isEqualTo(204);
    }

    private List<String> recorded() {
        return Objects.requireNonNull(
                inStore(store -> store.list("tokens").map(Document::id).collectList()));
    }

    private <T> @Nullable T inStore(Function<Store, Mono<T>> work) {
        Path database = directory.resolve("data/store.db");
        try (SqliteStore store = SqliteStore.open(database, SqliteSettings.DEFAULT)) {
            return work.apply(store).block(LIMIT);
        }
    }

    private static void kill(ServiceProcess service) {
        ProcessHandle process = ProcessHandle.of(service.pid()).orElseThrow();
        process.destroyForcibly();
        Awaitility.await().atMost(LIMIT).until(() -> !process.isAlive());
    }
}

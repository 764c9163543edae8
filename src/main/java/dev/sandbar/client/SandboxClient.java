package dev.sandbar.client;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A client of Sandbar, or of another server that speaks E2B's API.
 *
 * <pre>{@code
 * try (SandboxClient client = SandboxClient.builder(URI.create("http://127.0.0.1:8090")).apiKey(key).build()) {
 *     client.create(CreateSandbox.of("base"))
 *         .flatMap(sandbox -> sandbox.commands().run(CommandSpec.shell("id")))
 *         .map(CommandResult::stdoutText)
 *         .block();
 * }
 * }</pre>
 *
 * <p><b>Publishers</b> are lazy: nothing is sent before they are subscribed to, and anew for each subscription. They emit on
 * event loops of the network, which must not be blocked. Cancelling closes the connection; what the server has begun it may
 * finish. <b>Errors:</b> {@link SandboxApiException} where a server has refused, {@link SandboxTransportException} where no
 * usable answer came. <b>Repetition:</b> what was surely not done, and what does the same when it is done twice, is tried
 * again within the total time-out. Thread-safe; one for a whole program is enough.
 */
public final class SandboxClient implements AutoCloseable {

    private static final String ONE = "/sandboxes/{id}";

    private final Calls calls;
    private final Connections connections;
    private final Scheduler timer;
    private final TokenCache tokens;
    private final @Nullable LastingTokens lasting;
    private final Transfers transfers;

    SandboxClient(
            ClientSettings settings,
            String apiKey,
            WebClient web,
            Connections connections,
            TokenCacheSettings cache,
            Scheduler timer) {
        Http http = new Http(web, settings.limits(), timer);
        Consumer<HttpHeaders> key = headers -> headers.set("X-API-Key", apiKey);
        this.lasting = settings.protocol() == Protocol.E2B ? new LastingTokens(http, settings, key) : null;
        TokenSource source = lasting == null ? new AuthRoute(http, settings, key) : lasting;
        this.tokens = TokenCache.of(source, cache, timer, Clock.systemUTC());
        this.calls = new Calls(http, tokens, settings, key, timer);
        this.connections = connections;
        this.timer = timer;
        this.transfers = new Transfers();
    }

    /** Begins to make a client of the server at this address, such as {@code http://127.0.0.1:8090}. */
    public static SandboxClientBuilder builder(URI server) {
        return new SandboxClientBuilder(server);
    }

    /**
     * Makes a sandbox; it runs when it comes. All attempts of a subscription carry one fresh key, so that at most one sandbox
     * is made; with E2B's protocol, which has no such keys, only what was surely not sent is tried again.
     *
     * <pre>{@code client.create(CreateSandbox.of("base").withTimeout(Duration.ofHours(1)))}</pre>
     */
    public Mono<RemoteSandbox> create(CreateSandbox wanted) {
        return Mono.defer(() -> {
            Call call = Call.post("/v2/sandboxes").json(wanted.body());
            return calls.json(keyed(call), SandboxInfo.View.class).map(this::arrived);
        });
    }

    private Call keyed(Call call) {
        return lasting == null ? call.header("Idempotency-Key", Ids.fresh()).repeatable() : call;
    }

    /** Makes sure that a sandbox runs, for so long at least; 404 where there is none. */
    public Mono<RemoteSandbox> connect(String id, Duration timeout) {
        Call call = Call.post("/v2/sandboxes/{id}/connect", id).json(Map.of("timeout", Wire.seconds(timeout)));
        return calls.json(call.repeatable(), SandboxInfo.View.class).map(this::arrived);
    }

    private RemoteSandbox arrived(SandboxInfo.View view) {
        if (lasting != null) lasting.came(view.id(), view.envdAccessToken());
        return sandbox(view.id());
    }

    /** The sandbox of this id; asks nobody whether there is one. */
    public RemoteSandbox sandbox(String id) {
        return new RemoteSandbox(id, this, calls);
    }

    /**
     * Sandboxes, the newest first. A page is asked for when something of it is wanted, not before.
     *
     * <pre>{@code client.list(SandboxFilter.ALL.withMetadata("purpose", "tests")).take(10)}</pre>
     */
    public Flux<SandboxInfo> list(SandboxFilter filter) {
        Answer.Reader<Pages.Page<SandboxInfo>> page = Pages.reader(
                SandboxInfo.View[].class,
                SandboxInfo.View::toInfo,
                calls.settings().maxJson());
        return Pages.of(token -> calls.byKey(Pages.behind(token, "/v2/sandboxes", List.of(), filter.query()), page));
    }

    /** A sandbox as it is now; 404 where there is none. */
    public Mono<SandboxInfo> get(String id) {
        return calls.json(Call.get(ONE, id), SandboxInfo.View.class).map(SandboxInfo.View::toInfo);
    }

    /**
     * Ends a sandbox; done when nothing of it is left.
     *
     * @return whether it was there. Where an attempt had no answer and the next one finds nothing, it counts as there
     */
    public Mono<Boolean> kill(String id) {
        return Mono.defer(() -> {
            AtomicBoolean unanswered = new AtomicBoolean();
            Call call = Call.delete(ONE, id);
            Mono<Boolean> killed = calls.byKey(call, Answer::nothing, error -> unanswered.set(true))
                    .thenReturn(true)
                    .onErrorResume(SandboxClient::isNotFound, gone -> Mono.just(unanswered.get()));
            return killed.doOnNext(done -> tokens.evict(id));
        });
    }

    private static boolean isNotFound(Throwable error) {
        return error instanceof SandboxApiException refusal && refusal.kind() == SandboxApiException.Kind.NOT_FOUND;
    }

    /** Lets a sandbox end so long from now, sooner or later than before; 404 where there is none. */
    public Mono<Void> renew(String id, Duration timeout) {
        Call call = Call.post(ONE + "/timeout", id).json(Map.of("timeout", Wire.seconds(timeout)));
        return calls.byKey(call.repeatable(), Answer::nothing);
    }

    /** A sandbox's metadata as it is now. */
    public Mono<Map<String, String>> metadata(String id) {
        return get(id).map(SandboxInfo::metadata);
    }

    /**
     * Changes some of a sandbox's metadata: a value is set, null removes its key, other keys stay. Not tried again where it
     * isn't known whether it was done. Not with E2B's protocol.
     *
     * @return all of it behind the change
     */
    public Mono<Map<String, String>> patchMetadata(String id, Map<String, ? extends @Nullable String> changes) {
        if (lasting != null) {
            return Mono.error(() -> new UnsupportedOperationException("E2B's protocol can't change metadata"));
        }
        Call call = Call.patch(ONE + "/metadata", id).json(changes).header("Prefer", "return=representation");
        return calls.json(call, Metadata.class).map(Metadata::all);
    }

    /** Body of an answer. */
    record Metadata(@Nullable Map<String, String> metadata) {
        Map<String, String> all() {
            return Map.copyOf(Wire.required(metadata, "metadata", "The metadata of a sandbox"));
        }
    }

    /** How the client's tokens were come by. */
    public TokenCacheMetrics tokenMetrics() {
        return tokens.metrics();
    }

    /** Whether a sandbox has a GPU, as far as its server says; asked for once. */
    public Mono<Boolean> gpu(String id) {
        return tokens.gpu(id);
    }

    Transfers transfers() {
        return transfers;
    }

    /** Closes the client's own connections and threads without waiting; what goes on fails. */
    @Override
    public void close() {
        tokens.close();
        connections.release();
        transfers.close();
        timer.dispose();
    }

    @Override
    public String toString() {
        return "SandboxClient[" + calls.settings().server() + "]";
    }
}

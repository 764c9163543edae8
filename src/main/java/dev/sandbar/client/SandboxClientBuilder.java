package dev.sandbar.client;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

/** Makes a {@link SandboxClient}. Everything but the API key has a default. Not thread-safe. */
public final class SandboxClientBuilder {

    private static final int MOST_CONNECTIONS = 500;
    private static final int MOST_JSON = 8 * 1024 * 1024;

    private final URI server;
    private String apiKey = "";
    private Protocol protocol = Protocol.SANDBAR;
    private @Nullable URI sandboxes;
    private Duration connect = Duration.ofSeconds(10);
    private ClientSettings.Limits limits =
            new ClientSettings.Limits(Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(60));
    private ClientSettings.Repeats repeats =
            new ClientSettings.Repeats(5, Duration.ofMillis(100), Duration.ofSeconds(2));
    private int maxConnections = MOST_CONNECTIONS;
    private int maxJson = MOST_JSON;
    private String userAgent = "sandbar-java";
    private TokenCacheSettings tokens = TokenCacheSettings.DEFAULT;
    private @Nullable HttpClient http;
    private UnaryOperator<WebClient.Builder> customizer = UnaryOperator.identity();
    private @Nullable Scheduler timer;

    SandboxClientBuilder(URI server) {
        this.server = address(server);
    }

    /** Required. */
    public SandboxClientBuilder apiKey(String key) {
        apiKey = key;
        return this;
    }

    /** {@link Protocol#SANDBAR} if it isn't set. */
    public SandboxClientBuilder protocol(Protocol spoken) {
        protocol = spoken;
        return this;
    }

    /** Where sandboxes are reached, if not where the server or its tokens say: E2B's {@code E2B_SANDBOX_URL}. */
    public SandboxClientBuilder sandboxUrl(URI url) {
        sandboxes = address(url);
        return this;
    }

    /** For a connection to be had, 10 s if it isn't set. Of no effect with {@link #httpClient}. */
    public SandboxClientBuilder connectTimeout(Duration time) {
        connect = positive(time);
        return this;
    }

    /** From a request's last byte to the head of its answer, 30 s if it isn't set. */
    public SandboxClientBuilder responseTimeout(Duration time) {
        limits = new ClientSettings.Limits(positive(time), limits.idle(), limits.total());
        return this;
    }

    /**
     * From one sign of life of an answer to the next, 60 s if it isn't set. Counts only while something is asked for;
     * servers send a heartbeat every 15 s where they have nothing else.
     */
    public SandboxClientBuilder idleTimeout(Duration time) {
        limits = new ClientSettings.Limits(limits.response(), positive(time), limits.total());
        return this;
    }

    /** For a call with all its attempts, and for a broken stream to be gone on with; 60 s if it isn't set. */
    public SandboxClientBuilder totalTimeout(Duration time) {
        limits = new ClientSettings.Limits(limits.response(), limits.idle(), positive(time));
        return this;
    }

    /**
     * How often what is safe to be repeated is tried: 5 times, with 100 ms to 2 s between, if it isn't set. Each pause is
     * doubled and varied; what a server asks for comes on top.
     */
    public SandboxClientBuilder attempts(int most, Duration firstPause, Duration longestPause) {
        if (most < 1) throw new IllegalArgumentException("At least one attempt is needed, not " + most);
        repeats = new ClientSettings.Repeats(most, positive(firstPause), positive(longestPause));
        return this;
    }

    /** Streams take one each; 500 if it isn't set. Of no effect with {@link #httpClient}. */
    public SandboxClientBuilder maxConnections(int most) {
        maxConnections = most;
        return this;
    }

    /** Most bytes of an answer that is kept as a whole, and of one event of a stream; 8 MiB if it isn't set. */
    public SandboxClientBuilder maxJsonBytes(int most) {
        maxJson = most;
        return this;
    }

    public SandboxClientBuilder userAgent(String text) {
        userAgent = text;
        return this;
    }

    /** Connections and threads that are shared with others; they are left alone when the client is closed. */
    public SandboxClientBuilder httpClient(HttpClient shared) {
        http = shared;
        return this;
    }

    /** Adds filters and the like. Whatever a filter repeats is outside of this client's rules. */
    public SandboxClientBuilder webClient(UnaryOperator<WebClient.Builder> change) {
        customizer = change;
        return this;
    }

    /** How tokens are kept; in memory only if it isn't set. */
    public SandboxClientBuilder tokens(TokenCacheSettings cache) {
        tokens = cache;
        return this;
    }

    /** Keeps tokens in this file between runs, readable by its owner alone; processes may share it. */
    public SandboxClientBuilder tokenFile(Path file) {
        tokens = tokens.withFile(file);
        return this;
    }

    /** For tests. */
    SandboxClientBuilder timer(Scheduler clock) {
        timer = clock;
        return this;
    }

    /** Connects to nobody yet. */
    public SandboxClient build() {
        if (apiKey.isBlank()) throw new IllegalStateException("An API key is needed: apiKey(…)");
        Connections connections = http == null ? Connections.own(maxConnections, connect) : Connections.shared(http);
        WebClient web = customizer
                .apply(WebClient.builder()
                        .clientConnector(connections.connector())
                        .defaultHeader("User-Agent", userAgent))
                .build();
        ClientSettings settings = new ClientSettings(server, sandboxes, protocol, limits, repeats, maxJson);
        Scheduler clock = timer == null ? Schedulers.newParallel("sandbar-client-timer", 1, true) : timer;
        return new SandboxClient(settings, apiKey, web, connections, tokens, clock);
    }

    private static URI address(URI url) {
        boolean usable = url.getHost() != null && url.getRawUserInfo() == null && url.getRawQuery() == null;
        if (usable && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) return url;
        throw new IllegalArgumentException("An address such as http://127.0.0.1:8090 is needed");
    }

    private static Duration positive(Duration time) {
        if (time.isNegative() || time.isZero()) throw new IllegalArgumentException("A time above zero is needed");
        return time;
    }
}

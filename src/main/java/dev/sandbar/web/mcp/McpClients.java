package dev.sandbar.web.mcp;

import dev.sandbar.async.Sweeper;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Failure;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The MCP sessions that there are; a restart forgets them, upon which clients initialize again. Thread-safe. */
public final class McpClients implements AutoCloseable {

    private static final Duration SWEEP = Duration.ofSeconds(10);
    private static final int BYTES = 20;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, McpClient> byId = new HashMap<>();
    private final Map<String, Set<McpClient>> bySession = new HashMap<>();
    private final McpSettings settings;
    private final Scheduler scheduler;
    private final Sweeper sweeper;

    /** Takes a scheduler (the caller's own) for the time and the sweeps. */
    public McpClients(McpSettings settings, Scheduler scheduler) {
        this.settings = settings;
        this.scheduler = scheduler;
        this.sweeper = new Sweeper("MCP sessions", SWEEP, scheduler, () -> Mono.fromRunnable(this::sweep));
    }

    /** Begins to end idle ones. */
    public void begin() {
        sweeper.start();
    }

    /** What it was made with. */
    public McpSettings settings() {
        return settings;
    }

    /** {@link ApiException} 429 and 503 for one too many. */
    McpClient open(String owner, String session) {
        McpClient replaced = null;
        McpClient opened = new McpClient(id(), owner, session, now());
        synchronized (this) {
            Set<McpClient> own = bySession.getOrDefault(session, Set.of());
            if (own.size() >= settings.mostPerSession()) replaced = forgetLongestUnused(own);
            else if (byId.size() >= settings.most()) throw full(503, settings.most() + " MCP sessions", "most");
            byId.put(opened.id(), opened);
            bySession.computeIfAbsent(session, any -> new HashSet<>()).add(opened);
        }
        if (replaced != null) replaced.end();
        return opened;
    }

    private McpClient forgetLongestUnused(Set<McpClient> own) {
        McpClient oldest = own.stream()
                .filter(client -> !client.isBusy())
                .min(Comparator.comparingLong(McpClient::usedAt))
                .orElseThrow(() -> full(429, own.size() + " busy MCP sessions of this session", "most-per-session"));
        forget(oldest);
        return oldest;
    }

    private static ApiException full(int status, String what, String setting) {
        String message = "There are " + what + ", which is the limit (sandbar.mcp." + setting + "): try again later";
        return new ApiException(status, message, Map.of(Failure.RETRY_AFTER, 10));
    }

    /** The one that is meant, which is used now. {@link ApiException} 400 for none, 404 for one that isn't there. */
    McpClient use(@Nullable String id, String owner, String session) {
        if (id == null)
            throw ApiException.invalid("The header Mcp-Session-Id is required, as initialize has answered it");
        McpClient found = find(id);
        if (found == null || !found.isOf(owner, session) || isOver(found)) {
            throw new ApiException(404, "There is no such MCP session here, or it has ended: initialize another one");
        }
        found.used(now());
        return found;
    }

    private synchronized @Nullable McpClient find(String id) {
        return byId.get(id);
    }

    /** Ends its calls too. */
    void end(McpClient client) {
        synchronized (this) {
            forget(client);
        }
        client.end();
    }

    /** In the lock. */
    private void forget(McpClient client) {
        byId.remove(client.id());
        Set<McpClient> own = bySession.get(client.session());
        if (own == null) return;
        own.remove(client);
        if (own.isEmpty()) bySession.remove(client.session());
    }

    private boolean isOver(McpClient client) {
        return !client.isBusy() && now() - client.usedAt() >= settings.idle().toMillis();
    }

    private void sweep() {
        List<McpClient> over;
        synchronized (this) {
            over = byId.values().stream().filter(this::isOver).toList();
            over.forEach(this::forget);
        }
        over.forEach(McpClient::end);
    }

    /** How many there are. */
    public synchronized int count() {
        return byId.size();
    }

    long now() {
        return scheduler.now(TimeUnit.MILLISECONDS);
    }

    private String id() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** No more sweeps: for the end of the process. */
    @Override
    public void close() {
        sweeper.close();
    }
}

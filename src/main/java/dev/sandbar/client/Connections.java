package dev.sandbar.client;

import io.netty.channel.ChannelOption;
import java.time.Duration;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * A client's connections: its own ones with their threads, or those that its maker has given it, which are left alone at the
 * end. Nothing is asked twice behind the client's back.
 */
final class Connections {

    private static final Duration IDLE = Duration.ofSeconds(20);
    private static final int MOST_WAITING = 10_000;

    private final HttpClient http;
    private final Runnable release;

    private Connections(HttpClient http, Runnable release) {
        this.http = http;
        this.release = release;
    }

    static Connections own(int most, Duration connect) {
        ConnectionProvider pool = ConnectionProvider.builder("sandbar-client")
                .maxConnections(most)
                .pendingAcquireMaxCount(MOST_WAITING)
                .pendingAcquireTimeout(connect)
                .maxIdleTime(IDLE)
                .build();
        LoopResources loops = LoopResources.create("sandbar-client", LoopResources.DEFAULT_IO_WORKER_COUNT, true);
        HttpClient http = HttpClient.create(pool)
                .runOn(loops)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connect.toMillis()));
        return new Connections(http, () -> {
            pool.dispose();
            loops.dispose();
        });
    }

    static Connections shared(HttpClient given) {
        return new Connections(given, () -> {});
    }

    ReactorClientHttpConnector connector() {
        return new ReactorClientHttpConnector(
                http.disableRetry(true).doOnResponse((response, connection) -> Trailers.note(response)));
    }

    void release() {
        release.run();
    }
}

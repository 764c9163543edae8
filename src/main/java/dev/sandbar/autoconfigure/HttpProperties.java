package dev.sandbar.autoconfigure;

import dev.sandbar.web.wire.ConnectionSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Connections of the stand-alone service; an embedder's server is its own.
 *
 * @param head from the first byte of a request's head, for the first one from the connection's beginning, to its last
 * @param body how long a request's body may bring no byte while one is waited for
 * @param idle how long a connection may stay open without a request
 * @param connections at once, in all
 * @param connectionsPerAddress at once from one address
 * @param streams requests at once on one connection of HTTP/2
 */
public record HttpProperties(
        @DefaultValue("30s") Duration head,
        @DefaultValue("60s") Duration body,
        @DefaultValue("60s") Duration idle,
        @DefaultValue("10000") int connections,
        @DefaultValue("5000") int connectionsPerAddress,
        @DefaultValue("100") int streams) {

    /** Refuses what {@link ConnectionSettings} refuses, so that it is told as a wrong setting. */
    public HttpProperties {
        var unused = new ConnectionSettings(head, body, idle, connections, connectionsPerAddress, streams);
    }

    public ConnectionSettings settings() {
        return new ConnectionSettings(head, body, idle, connections, connectionsPerAddress, streams);
    }
}

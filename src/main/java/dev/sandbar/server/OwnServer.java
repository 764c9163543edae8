package dev.sandbar.server;

import dev.sandbar.autoconfigure.SandbarProperties;
import dev.sandbar.web.ErrorAnswers;
import dev.sandbar.web.WebSettings;
import dev.sandbar.web.wire.ConnectionSettings;
import dev.sandbar.web.wire.ServerRules;
import dev.sandbar.web.wire.VanishedClients;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is changed about the HTTP server where it is ours alone: every refusal has our shape, whoever makes it, RFC 9112
 * is kept, and neither clients that are gone nor those that stand still nor crowds of them hold what others need.
 */
@Configuration(proxyBeanMethods = false)
class OwnServer {

    private static final Duration SHORTEST_PATIENCE = Duration.ofSeconds(30);

    @Bean
    ErrorAnswers errorAnswers(JsonMapper mapper, WebSettings settings) {
        return new ErrorAnswers(mapper, settings);
    }

    @Bean
    ServerRules serverRules(JsonMapper mapper, WebSettings settings, SandbarProperties properties) {
        ConnectionSettings asked = properties.http().settings();
        int room = Descriptors.forConnections(properties.sandboxes().most());
        return new ServerRules(mapper, settings, Descriptors.within(asked, room));
    }

    /** Of the loops that serve connections, agents' too. */
    @Bean
    Watchdog watchdog(ReactorResourceFactory resources) {
        EventLoopGroup loops = resources.getLoopResources().onServer(LoopResources.DEFAULT_NATIVE);
        return new Watchdog(loops, new HeapUse()::isFull, LastResort::end);
    }

    /** Never sooner than a command's reader would be cut. */
    @Bean
    VanishedClients vanishedClients(SandbarProperties properties) {
        Duration patience = properties.commands().readerPatience();
        return new VanishedClients(patience.compareTo(SHORTEST_PATIENCE) > 0 ? patience : SHORTEST_PATIENCE);
    }
}

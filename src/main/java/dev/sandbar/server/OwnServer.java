package dev.sandbar.server;

import dev.sandbar.autoconfigure.SandbarProperties;
import dev.sandbar.web.ErrorAnswers;
import dev.sandbar.web.ServerRefusals;
import dev.sandbar.web.VanishedClients;
import dev.sandbar.web.WebSettings;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is changed about the HTTP server where it is ours alone: every refusal has our shape, whoever makes it, and
 * clients that are gone hold nothing.
 */
@Configuration(proxyBeanMethods = false)
class OwnServer {

    private static final Duration SHORTEST_PATIENCE = Duration.ofSeconds(30);

    @Bean
    ErrorAnswers errorAnswers(JsonMapper mapper, WebSettings settings) {
        return new ErrorAnswers(mapper, settings);
    }

    @Bean
    ServerRefusals serverRefusals(JsonMapper mapper, WebSettings settings) {
        return new ServerRefusals(mapper, settings);
    }

    /** Never sooner than a command's reader would be cut. */
    @Bean
    VanishedClients vanishedClients(SandbarProperties properties) {
        Duration patience = properties.commands().readerPatience();
        return new VanishedClients(patience.compareTo(SHORTEST_PATIENCE) > 0 ? patience : SHORTEST_PATIENCE);
    }
}

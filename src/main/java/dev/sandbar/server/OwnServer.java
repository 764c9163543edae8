package dev.sandbar.server;

import dev.sandbar.web.ErrorAnswers;
import dev.sandbar.web.ServerRefusals;
import dev.sandbar.web.WebSettings;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** What is changed about the HTTP server where it is ours alone: every refusal has our shape, whoever makes it. */
@Configuration(proxyBeanMethods = false)
class OwnServer {

    @Bean
    ErrorAnswers errorAnswers(JsonMapper mapper, WebSettings settings) {
        return new ErrorAnswers(mapper, settings);
    }

    @Bean
    ServerRefusals serverRefusals(JsonMapper mapper, WebSettings settings) {
        return new ServerRefusals(mapper, settings);
    }
}

package dev.sandbar.server;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Starts the stand-alone service. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ReadyBlock.class, OwnServer.class})
public class SandbarServer {

    /** Failures are told by {@link StartFailure}, in one sentence, so Boot's own reports of them are off. */
    private static final Map<String, Object> DEFAULTS = Map.ofEntries(
            Map.entry("server.port", "${SANDBAR_PORT:8090}"),
            Map.entry("server.address", "${SANDBAR_BIND:127.0.0.1}"),
            Map.entry("server.shutdown", "immediate"),
            Map.entry("server.max-http-request-header-size", "32KB"),
            Map.entry("server.netty.max-initial-line-length", "16KB"),
            Map.entry("sandbar.data", "${SANDBAR_DATA:}"),
            Map.entry("sandbar.api-key", "${SANDBAR_API_KEY:}"),
            Map.entry("spring.application.name", "sandbar"),
            Map.entry("spring.main.banner-mode", "off"),
            Map.entry("spring.main.log-startup-info", "false"),
            Map.entry("spring.main.lazy-initialization", "false"),
            Map.entry("spring.reactor.netty.shutdown-quiet-period", "0s"),
            Map.entry("logging.pattern.console", "%d{HH:mm:ss.SSS} %-5level %msg%n%wEx"),
            Map.entry("logging.level.root", "warn"),
            Map.entry("logging.level.dev.sandbar", "info"),
            Map.entry("logging.level.reactor.netty.http.server.HttpServerOperations", "error"),
            Map.entry("logging.level.org.springframework.boot.SpringApplication", "off"),
            Map.entry("logging.level.org.springframework.boot.diagnostics", "off"),
            Map.entry("logging.level.org.springframework.boot.autoconfigure.logging", "off"),
            Map.entry("logging.level.org.springframework.boot.web.server.reactive.context", "off"));

    /** Ends with status 1 and one sentence on standard error where it can't start. */
    public static void main(String[] arguments) {
        LastResort.install();
        SpringApplication application = new SpringApplication(SandbarServer.class);
        application.setWebApplicationType(WebApplicationType.REACTIVE);
        application.setDefaultProperties(DEFAULTS);
        try {
            application.run(arguments);
        } catch (RuntimeException failed) {
            if (StartFailure.isTraining(failed)) {
                throw failed;
            }
            System.err.println("sandbar: " + StartFailure.explain(failed));
            System.exit(1);
        }
    }
}

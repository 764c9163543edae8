package dev.sandbar.autoconfigure;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.Sweeper;
import dev.sandbar.data.DataDirectory;
import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.SandboxListener;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.store.Store;
import dev.sandbar.token.BearerTokens;
import dev.sandbar.token.RunningSandboxes;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import reactor.core.scheduler.Schedulers;

/** Short-lived access tokens, their keys, and their end with their sandbox. */
@AutoConfiguration(before = SandbarAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "sandbar.enabled", matchIfMissing = true)
public final class TokenAutoConfiguration {

    private static final Duration SWEEP = Duration.ofSeconds(5);

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    BearerTokens sandbarBearerTokens(
            SandbarProperties properties,
            DataDirectory data,
            Store store,
            ObjectProvider<Sandboxes> sandboxes,
            BackgroundTasks tasks) {
        BearerTokens.Parts parts = new BearerTokens.Parts(
                properties.tokens().settings(),
                running(sandboxes),
                data.instanceId(),
                store,
                tasks,
                Clock.tickMillis(ZoneOffset.UTC),
                Schedulers.parallel());
        return open(parts, new TokenKeyFile(data));
    }

    private static BearerTokens open(BearerTokens.Parts parts, TokenKeyFile file) {
        try {
            return BearerTokens.open(parts, file);
        } catch (IllegalArgumentException damaged) {
            throw file.damaged();
        }
    }

    /** Looked up late: the sandboxes' listeners are made before them. */
    private static RunningSandboxes running(ObjectProvider<Sandboxes> sandboxes) {
        return id -> {
            Sandbox sandbox = sandboxes.getObject().find(id);
            return sandbox == null ? null : sandbox.owner();
        };
    }

    @Bean
    SandboxListener sandbarTokensOfSandboxes(BearerTokens tokens) {
        return new TokensOfSandboxes(tokens);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    Sweeper sandbarTokenSweeper(BearerTokens tokens) {
        return new Sweeper("Keys of access tokens", SWEEP, Schedulers.parallel(), tokens::sweep);
    }
}

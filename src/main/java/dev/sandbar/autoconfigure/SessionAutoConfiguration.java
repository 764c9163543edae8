package dev.sandbar.autoconfigure;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.Budget;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.async.Sweeper;
import dev.sandbar.command.Commands;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.session.HardwareCatalogue;
import dev.sandbar.session.SandboxEnds;
import dev.sandbar.session.Sessions;
import dev.sandbar.session.ToolRunner;
import dev.sandbar.session.tool.Tools;
import dev.sandbar.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Sessions, and the sizes that they can ask for. */
@AutoConfiguration(before = SandbarAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "sandbar.enabled", matchIfMissing = true)
public final class SessionAutoConfiguration {

    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final long EDITS = 256L * 1024 * 1024;
    private static final String USUAL_CATALOGUE = "config/hardware.yaml";

    @Bean
    @ConditionalOnMissingBean
    SandboxEnds sandbarSandboxEnds() {
        return new SandboxEnds();
    }

    @Bean
    @ConditionalOnMissingBean
    HardwareCatalogue sandbarHardware(SandbarProperties properties, SandboxRuntime runtime) {
        Resource file = catalogue(properties.sessions().hardware());
        try {
            return HardwareCatalogue.read(
                    file.getContentAsString(StandardCharsets.UTF_8),
                    file.getDescription(),
                    SandbarAutoConfiguration.limits(properties.sandboxes()),
                    runtime.capabilities().name());
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "the hardware catalogue " + file.getDescription() + " can't be read", failure);
        }
    }

    private static Resource catalogue(String named) {
        if (!named.isBlank()) return new FileSystemResource(named);
        Resource usual = new FileSystemResource(USUAL_CATALOGUE);
        return usual.exists() ? usual : new ClassPathResource("hardware.yaml", HardwareCatalogue.class);
    }

    /** Hashes and matches files, which is no work for an event loop. */
    @Bean(destroyMethod = "dispose", defaultCandidate = false)
    Scheduler sandbarToolScheduler() {
        return Schedulers.newBoundedElastic(4, 1000, "sandbar-tools");
    }

    @Bean
    @ConditionalOnMissingBean
    ToolRunner sandbarTools(
            Commands commands, BackgroundTasks tasks, @Qualifier("sandbarToolScheduler") Scheduler worker) {
        Budget memory = new Budget("memory for edits", EDITS);
        return new ToolsOfSessions(new Tools(commands, tasks, memory, worker, Schedulers.parallel()));
    }

    @Bean
    @ConditionalOnMissingBean
    Sessions sandbarSessions(
            SandbarProperties properties,
            Sandboxes sandboxes,
            HardwareCatalogue hardware,
            Store store,
            Events events,
            BackgroundTasks tasks,
            ToolRunner tools,
            SandboxEnds ends) {
        return new Sessions(
                sandboxes,
                hardware,
                store,
                events,
                new KeyedMutex<>("sessions", Schedulers.parallel()),
                tasks,
                tools,
                ends,
                Clock.tickMillis(ZoneOffset.UTC),
                Schedulers.parallel(),
                properties.sessions().settings());
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    Sweeper sandbarSessionSweeper(Sessions sessions) {
        return new Sweeper("What is due in sessions", SWEEP, Schedulers.parallel(), sessions::sweep);
    }
}

package dev.sandbar.autoconfigure;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.KeyedMutex;
import dev.sandbar.async.Sweeper;
import dev.sandbar.data.DataDirectory;
import dev.sandbar.event.EventSettings;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.sandbox.DiskWatch;
import dev.sandbar.sandbox.SandboxListener;
import dev.sandbar.sandbox.SandboxSettings;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.store.Store;
import dev.sandbar.store.memory.MemoryStore;
import dev.sandbar.store.sqlite.SqliteSettings;
import dev.sandbar.store.sqlite.SqliteStore;
import dev.sandbar.token.AccessTokens;
import dev.sandbar.token.ApiKeys;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** The data directory, keys, and sandboxes with their deadlines. */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "sandbar.enabled", matchIfMissing = true)
@EnableConfigurationProperties(SandbarProperties.class)
public final class SandbarAutoConfiguration {

    private static final Duration SWEEP = Duration.ofMillis(200);

    @Bean
    @ConditionalOnMissingBean
    DataDirectory sandbarDataDirectory(SandbarProperties properties) {
        return DataDirectory.open(properties.dataDirectory());
    }

    @Bean
    @ConditionalOnMissingBean
    ApiKeys sandbarApiKeys(SandbarProperties properties, DataDirectory data) {
        Map<String, String> owners = new HashMap<>();
        properties.apiKeys().forEach((owner, key) -> owners.put(key, owner));
        if (!properties.apiKey().isBlank()) {
            owners.put(properties.apiKey(), "default");
        } else if (owners.isEmpty()) {
            owners.put(data.generatedApiKey(), "default");
        }
        return new ApiKeys(owners);
    }

    @Bean
    @ConditionalOnMissingBean
    AccessTokens sandbarAccessTokens(DataDirectory data) {
        return new AccessTokens(data.secret());
    }

    @Bean
    @ConditionalOnMissingBean
    Store sandbarStore(SandbarProperties properties, DataDirectory data) {
        return properties.store() == SandbarProperties.StoreKind.MEMORY
                ? new MemoryStore()
                : SqliteStore.open(data.path().resolve("store.db"), SqliteSettings.DEFAULT);
    }

    /** Creations, ends and watches of sandboxes, the pumps of commands, and what goes on in sessions. */
    @Bean
    @ConditionalOnMissingBean
    BackgroundTasks sandbarTasks(SandbarProperties properties) {
        int most = properties.sandboxes().most();
        int commands = properties.commands().perSandbox();
        int sessions = properties.sessions().most();
        return new BackgroundTasks("Sandbar's tasks", most * (3 + commands) + 3 * sessions, Schedulers.parallel());
    }

    @Bean
    @ConditionalOnMissingBean
    Events sandbarEvents(Store store, SandbarProperties properties) {
        JsonMapper mapper = JsonMapper.builder().build();
        EventSettings usual = EventSettings.DEFAULT;
        EventSettings settings =
                new EventSettings(usual.keep(), properties.events().readers(), usual.recent(), usual.recentBytes());
        return new Events(store, mapper, settings, Clock.tickMillis(ZoneOffset.UTC), Schedulers.parallel());
    }

    @Bean
    @ConditionalOnMissingBean
    Sandboxes sandboxes(
            SandboxRuntime runtime,
            Store store,
            Events events,
            BackgroundTasks tasks,
            SandbarProperties properties,
            List<SandboxListener> listeners) {
        KeyedMutex<String> turns = new KeyedMutex<>("sandboxes", Schedulers.parallel());
        SandboxSettings settings = settings(properties.sandboxes());
        return new Sandboxes(
                runtime, store, events, turns, tasks, Clock.tickMillis(ZoneOffset.UTC), settings, listeners);
    }

    private static SandboxSettings settings(SandbarProperties.SandboxLimits set) {
        SandbarProperties.Ended ended = set.ended();
        SandboxSettings.Keep keep = new SandboxSettings.Keep(ended.retention(), ended.most(), ended.files());
        return new SandboxSettings(
                limits(set),
                set.most(),
                set.mostPerOwner(),
                set.longest(),
                set.creation(),
                keep,
                set.creations().settings());
    }

    static Limits limits(SandbarProperties.SandboxLimits set) {
        return new Limits(
                set.cpus(), (int) set.memory().toMegabytes(), (int) set.disk().toMegabytes(), set.processes());
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    Sweeper sandboxSweeper(Sandboxes sandboxes) {
        return new Sweeper("Deadlines of sandboxes", SWEEP, Schedulers.parallel(), sandboxes::sweep);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    Sweeper diskSweeper(Sandboxes sandboxes, SandbarProperties properties) {
        SandbarProperties.Disk set = properties.local().disk();
        DiskWatch watch = sandboxes.diskWatch(set.settings());
        return new Sweeper("Room on the disk", set.look(), Schedulers.parallel(), watch::look);
    }
}

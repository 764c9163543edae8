package dev.sandbar.autoconfigure;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.Budget;
import dev.sandbar.command.CommandLimits;
import dev.sandbar.command.Commands;
import dev.sandbar.data.DataDirectory;
import dev.sandbar.event.Events;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.sandbox.SandboxListener;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.session.Sessions;
import dev.sandbar.store.Journals;
import dev.sandbar.store.Store;
import dev.sandbar.store.file.FileJournalSettings;
import dev.sandbar.store.file.FileJournals;
import dev.sandbar.token.BearerTokens;
import dev.sandbar.web.sse.ServerSentEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import reactor.core.scheduler.Schedulers;

/** Commands, and their end with their sandbox. */
@AutoConfiguration(before = SandbarAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "sandbar.enabled", matchIfMissing = true)
public final class CommandAutoConfiguration {

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(Journals.class)
    FileJournals sandbarJournals(SandbarProperties properties, DataDirectory data) {
        SandbarProperties.CommandSettings set = properties.commands();
        FileJournalSettings settings = new FileJournalSettings(
                set.outputOnDisk().toBytes(), set.allOutputOnDisk().toBytes(), FileJournalSettings.DEFAULT.threads());
        try {
            return FileJournals.open(data.path().resolve("output"), settings);
        } catch (IOException failure) {
            throw new UncheckedIOException("the output of commands can't be kept in " + data.path(), failure);
        }
    }

    @Bean(initMethod = "begin", destroyMethod = "close")
    @ConditionalOnMissingBean
    Commands sandbarCommands(
            SandbarProperties properties,
            Store store,
            Journals journals,
            SandboxRuntime runtime,
            BackgroundTasks tasks) {
        SandbarProperties.CommandSettings set = properties.commands();
        CommandLimits limits = new CommandLimits(
                set.output().toBytes(),
                Math.max(1, set.outputOnDisk().toBytes() / 2),
                set.readers(),
                set.perSandbox(),
                set.kept(),
                set.retention(),
                set.readerPatience());
        Budget memory = new Budget("memory for output", set.allOutput().toBytes());
        return new Commands(limits, store, journals, runtime::strain, memory, tasks, Schedulers.parallel());
    }

    @Bean
    SandboxListener sandbarCommandsOfSandboxes(Commands commands) {
        return new CommandsOfSandboxes(commands);
    }

    @Bean
    Start sandbarStart(
            Sandboxes sandboxes, Commands commands, Sessions sessions, BearerTokens tokens, BackgroundTasks tasks) {
        return new Start(sandboxes, commands, sessions, tokens, tasks);
    }

    @Bean
    Shutdown sandbarShutdown(
            SandbarProperties properties,
            Sandboxes sandboxes,
            Sessions sessions,
            Commands commands,
            Events events,
            ObjectProvider<ServerSentEvents> streams,
            BackgroundTasks tasks) {
        return new Shutdown(properties.onStop(), sandboxes, sessions, commands, events, streams, tasks);
    }
}

package dev.sandbar.autoconfigure;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.data.DataDirectory;
import dev.sandbar.runtime.AgentConnector;
import dev.sandbar.runtime.RuntimeCapabilities.Layer;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.runtime.channel.AgentChannel;
import dev.sandbar.runtime.channel.ChannelSettings;
import dev.sandbar.runtime.local.LocalRuntime;
import dev.sandbar.runtime.local.LocalSettings;
import java.nio.file.Path;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;

/** Sandboxes on this machine, unless there is another runtime. */
@AutoConfiguration(before = SandbarAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "sandbar.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(SandboxRuntime.class)
public final class LocalRuntimeAutoConfiguration {

    /** On the HTTP server's own event loops, so that bytes pass from agent to client without a change of thread. */
    @Bean
    @ConditionalOnMissingBean
    AgentConnector sandbarAgentConnector(BackgroundTasks tasks, ObjectProvider<ReactorResourceFactory> resources) {
        ReactorResourceFactory shared = resources.getIfAvailable();
        LoopResources loops = shared == null ? HttpResources.get() : shared.getLoopResources();
        return new AgentChannel(ChannelSettings.DEFAULT, loops, tasks);
    }

    /** What an earlier run of this instance has left is taken up or swept by the sandboxes' recovery, not here. */
    @Bean
    LocalRuntime sandbarLocalRuntime(SandbarProperties properties, DataDirectory data, AgentConnector connector) {
        LocalSettings settings = settings(properties, data.instanceId());
        Layer disk = disk(properties.local().disk(), settings.sharesDiskWith(data.path()));
        return LocalRuntime.open(settings, connector, disk);
    }

    /** What is done in place of a quota of each sandbox's own. */
    private static Layer disk(SandbarProperties.Disk set, boolean withData) {
        String watched = "no quota of its own; the disk that all share is watched: below " + set.refuseBelow()
                + " % of bytes or inodes free (at most " + set.enough().toMegabytes() + " MB, " + set.enoughInodes()
                + ") new files of who grows are refused, below " + set.endBelow() + " % that sandbox ends";
        String unwatched =
                "/home/user is limited by the size of each file only, and sandbar.local.disk.refuse-below is 0";
        String reason = set.refuseBelow() == 0 ? unwatched : watched;
        String data =
                withData ? "; the service's own data lie on it too" : "; the service's own data lie on another one";
        return Layer.off(reason + data, "put the run directory on a file system of its own");
    }

    private static LocalSettings settings(SandbarProperties properties, String instance) {
        LocalSettings usual = LocalSettings.of(instance);
        String directory = properties.local().runDirectory();
        return directory.isBlank()
                ? usual
                : new LocalSettings(instance, Path.of(directory).resolve(instance), usual.idDirectory());
    }
}

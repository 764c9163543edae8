package dev.sandbar.runtime.channel;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentConnector;
import dev.sandbar.runtime.RuntimeUnavailableException;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import java.nio.file.Path;
import java.util.concurrent.RejectedExecutionException;
import reactor.core.publisher.Mono;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;

/**
 * Speaks to agents over Unix sockets.
 *
 * <p>Thread-safe; nothing blocks. A connection that is asked for on an event loop of {@code loops} stays on it, and so
 * do the values that come from it: giving the loops of the HTTP server saves a hop between threads.
 */
public final class AgentChannel implements AgentConnector {

    private static final int READ_AT_ONCE = 256 * 1024;

    private final TcpClient client;
    private final ChannelSettings settings;
    private final BackgroundTasks links;

    /**
     * @param loops where connections live; owned by the caller
     * @param links runs one task for each agent, as long as the agent is there; owned by the caller. Closing it lets the
     *     agents go on, unwatched
     */
    public AgentChannel(ChannelSettings settings, LoopResources loops, BackgroundTasks links) {
        this.settings = settings;
        this.links = links;
        this.client = TcpClient.create(ConnectionProvider.newConnection())
                .runOn(loops)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.greeting().toMillis())
                .option(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(512, 4096, READ_AT_ONCE));
    }

    @Override
    public Mono<Agent> connect(Path socket, String mark) {
        return Mono.defer(() -> {
            Conversations conversations = new Conversations(client, settings, socket, mark);
            ControlLink control = new ControlLink(conversations);
            Mono<Answer.Hello> over =
                    links.start("agent channel", control.serve()).then(Mono.never());
            return Mono.firstWithSignal(control.greeting(), over)
                    .<Agent>thenReturn(new SocketAgent(control, conversations))
                    .onErrorMap(RejectedExecutionException.class, AgentChannel::refused)
                    .doOnCancel(control::close);
        });
    }

    private static RuntimeUnavailableException refused(RejectedExecutionException error) {
        return new RuntimeUnavailableException("no more agents can be watched: " + error.getMessage(), error);
    }
}

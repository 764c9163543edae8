package dev.sandbar.web.wire;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import java.time.Duration;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import reactor.netty.http.server.HttpServer;

/**
 * Lets the kernel close connections of clients that went without a word, on Linux with epoll: those that take nothing
 * of what waits for them for so long, and idle ones that don't answer. A client that stops reading on purpose for that
 * long is cut as well: TCP can't tell it from one that is gone.
 */
public final class VanishedClients implements NettyServerCustomizer {

    private static final int IDLE_SECONDS = 60;
    private static final int PROBE_SECONDS = 10;

    private final Duration patience;

    /** @param patience how long a client may take nothing; to the millisecond */
    public VanishedClients(Duration patience) {
        this.patience = patience;
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return server.doOnChannelInit((observer, channel, address) -> watch(channel));
    }

    private void watch(Channel channel) {
        if (!(channel instanceof EpollSocketChannel socket)) return;
        EpollSocketChannelConfig config = socket.config();
        config.setTcpUserTimeout(Math.toIntExact(patience.toMillis()));
        config.setKeepAlive(true);
        config.setTcpKeepIdle(IDLE_SECONDS);
        config.setTcpKeepIntvl(PROBE_SECONDS);
    }
}

package dev.sandbar.web.wire;

import io.netty.channel.Channel;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts open connections, in all and by their address. Thread-safe. */
final class ConnectionBounds {

    private static final int NETWORK = 8;

    private final ConnectionSettings settings;
    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentHashMap<Object, Integer> addresses = new ConcurrentHashMap<>();

    ConnectionBounds(ConnectionSettings settings) {
        this.settings = settings;
    }

    /** Whether there is room for this one, which is counted until it is closed, let in or not. */
    boolean admit(Channel channel) {
        Object address = address(channel.remoteAddress());
        int total = all.incrementAndGet();
        int own = addresses.merge(address, 1, Integer::sum);
        channel.closeFuture().addListener(closed -> leave(address));
        return total <= settings.most() && own <= settings.mostPerAddress();
    }

    private void leave(Object address) {
        all.decrementAndGet();
        addresses.computeIfPresent(address, (known, count) -> count == 1 ? null : count - 1);
    }

    /** How many there are beyond the bound, which are about to be closed. */
    int refused() {
        return Math.max(0, all.get() - settings.most());
    }

    /** Of IPv6 the network: a host there has as many addresses as it likes. */
    static Object address(SocketAddress address) {
        if (!(address instanceof InetSocketAddress known)) return "";
        InetAddress host = known.getAddress();
        return host instanceof Inet6Address
                ? ByteBuffer.wrap(Arrays.copyOf(host.getAddress(), NETWORK))
                : String.valueOf(host);
    }

    boolean isEmpty() {
        return all.get() == 0 && addresses.isEmpty();
    }
}

package dev.sandbar.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** Many clients of one stream of events on one thread, which only count what they get. */
final class EventReaders implements AutoCloseable {

    private static final int QUIET_MILLIS = 700;
    private static final byte[] MARK = Bodies.bytes("\ndata: ");

    private final Selector selector = Selector.open();
    private final ByteBuffer in = ByteBuffer.allocateDirect(256 * 1024);
    private final byte[] bytes = new byte[256 * 1024];
    private long events;
    private int begun;

    /** One connection, and how much of a mark it ended with. */
    private static final class Reader {
        int matched;
        boolean begun;
    }

    EventReaders(URI address, int count, String path) throws IOException {
        byte[] request = Bodies.bytes("GET " + path + " HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\n\r\n");
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(address.getHost(), address.getPort()));
            channel.write(ByteBuffer.wrap(request));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new Reader());
        }
    }

    /** Reads until there are so many events more, all clients together. */
    void await(long more) throws IOException {
        long goal = events + more;
        while (events < goal) {
            if (selector.select(this::read, 20_000) == 0)
                throw new IOException("only " + (events - goal + more) + " of " + more);
        }
    }

    /** Reads until all streams have begun and nothing comes any more. */
    void settle() throws IOException {
        while (begun < selector.keys().size()) selector.select(this::read, QUIET_MILLIS);
        int read;
        do read = selector.select(this::read, QUIET_MILLIS);
        while (read > 0);
    }

    private void read(SelectionKey key) {
        try {
            in.clear();
            int length = ((SocketChannel) key.channel()).read(in);
            if (length < 0) throw new EOFException("a stream has ended");
            in.flip().get(bytes, 0, length);
            count((Reader) key.attachment(), length);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private void count(Reader reader, int length) {
        if (!reader.begun) begun++;
        reader.begun = true;
        int matched = reader.matched;
        for (int i = 0; i < length; i++) {
            byte next = bytes[i];
            matched = next == MARK[matched] ? matched + 1 : next == MARK[0] ? 1 : 0;
            if (matched == MARK.length) {
                events++;
                matched = 0;
            }
        }
        reader.matched = matched;
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) key.channel().close();
        selector.close();
    }
}

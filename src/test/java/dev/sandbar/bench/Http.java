package dev.sandbar.bench;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One connection that is kept for one request after the other. Blocks; for one thread. */
final class Http implements AutoCloseable {

    private static final String END_OF_HEAD = "\r\n\r\n";

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(256 * 1024);
    private final String host;

    Http(URI address) throws IOException {
        channel = SocketChannel.open(new InetSocketAddress(address.getHost(), address.getPort()));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        host = address.getAuthority();
        in.flip();
    }

    /** Sends a request and reads its answer; {@code headers} are whole lines. */
    byte[] call(int status, String line, String headers, byte[] body) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        stream(status, line, headers, body, piece -> {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            answer.writeBytes(bytes);
        });
        return answer.toByteArray();
    }

    void stream(int status, String line, String headers, byte[] body, Bodies.Taker taker) throws IOException {
        String text = line + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: " + body.length + "\r\n" + headers;
        byte[] head = Bodies.bytes(text + "\r\n");
        ByteBuffer out = ByteBuffer.allocate(head.length + body.length);
        out.put(head).put(body).flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        String answer = readHead();
        readBody(answer, taker);
        if (!answer.startsWith("http/1.1 " + status)) throw new IOException(line + ": " + answer);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals(END_OF_HEAD)) {
            if (!in.hasRemaining()) read();
            head.append((char) in.get());
        }
        return head.toString().toLowerCase(Locale.ROOT);
    }

    private void readBody(String head, Bodies.Taker taker) throws IOException {
        if (head.contains("transfer-encoding: chunked")) {
            Bodies body = new Bodies(taker);
            while (!body.feed(in)) {
                read();
            }
            return;
        }
        long left = length(head);
        while (left > 0) {
            if (!in.hasRemaining()) read();
            left -= in.remaining();
            taker.take(in);
            in.position(in.limit());
        }
    }

    private static long length(String head) {
        int at = head.indexOf("content-length: ");
        return at < 0 ? 0 : Long.parseLong(head.substring(at + 16, head.indexOf('\r', at)));
    }

    private void read() throws IOException {
        in.clear();
        int count = channel.read(in);
        if (count < 0) throw new EOFException("the connection was closed");
        in.flip();
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

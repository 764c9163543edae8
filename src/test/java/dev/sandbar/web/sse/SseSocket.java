package dev.sandbar.web.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/** A client of the simplest kind, which sees every byte. */
final class SseSocket implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket = new Socket();
    private final StringBuilder seen = new StringBuilder();

    SseSocket(int port) throws IOException {
        socket.setReceiveBufferSize(8192);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    static SseSocket get(int port, String path, String... headers) throws IOException {
        return ask(port, "GET " + path, headers);
    }

    static SseSocket ask(int port, String line, String... headers) throws IOException {
        SseSocket client = new SseSocket(port);
        String head = line + " HTTP/1.1\r\nHost: x\r\n" + String.join("", headers) + "\r\n";
        client.socket.getOutputStream().write(head.getBytes(UTF_8));
        return client;
    }

    /** Reads on until this is seen behind what was seen before; all that was read meanwhile. */
    String until(String end) throws IOException {
        InputStream in = socket.getInputStream();
        seen.setLength(0);
        while (seen.indexOf(end) < 0) {
            int value = in.read();
            if (value < 0) throw new AssertionError("ended after: " + seen);
            seen.append((char) value);
        }
        return seen.toString();
    }

    /** Reads to the end, which may be a hard one. */
    String rest() throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (SocketException reset) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

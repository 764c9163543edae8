package dev.sandbar.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A connection that sends whatever it is told to, and reads answers strictly. */
final class RawHttp implements AutoCloseable {

    private static final int PATIENCE = 15_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    /** An answer's status, headers by lower-case name, and body. */
    record Answer(int status, Map<String, String> headers, String body) {

        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        boolean closes() {
            return header("connection").equals("close");
        }
    }

    /** How a connection has ended. */
    enum End {
        CLOSED,
        RESET
    }

    RawHttp(int port) throws IOException {
        this("127.0.0.1", port);
    }

    /** From this address of the loopback network. */
    RawHttp(String from, int port) throws IOException {
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(PATIENCE);
        in = new BufferedInputStream(socket.getInputStream());
    }

    RawHttp send(String text) throws IOException {
        return send(text.getBytes(ISO_8859_1));
    }

    RawHttp send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** The next answer; to a HEAD without a body. */
    Answer answer() throws IOException {
        return answer(false);
    }

    Answer answer(boolean toHead) throws IOException {
        String first = line();
        if (!first.startsWith("HTTP/1.1 ")) throw new AssertionError("no answer begins with: " + first);
        int status = Integer.parseInt(first.substring(9, 12));
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        return new Answer(status, headers, toHead || status == 204 || status < 200 ? "" : body(headers));
    }

    private String body(Map<String, String> headers) throws IOException {
        if (headers.containsKey("transfer-encoding")) return chunks();
        String length = headers.get("content-length");
        return new String(length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length)), ISO_8859_1);
    }

    private String chunks() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int length = size(); length > 0; length = size()) {
            all.append(new String(in.readNBytes(length), ISO_8859_1));
            line();
        }
        line();
        return all.toString();
    }

    private int size() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int value = in.read(); value != '\n'; value = in.read()) {
            if (value < 0) throw new AssertionError("ended after: " + line);
            line.write(value);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }

    /** Waits for this text, and returns all up to it. */
    String until(String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int value = in.read();
            if (value < 0) throw new AssertionError("ended after: " + text);
            text.append((char) value);
        }
        return text.toString();
    }

    /** Waits for the end; more bytes before it are a failure. */
    End end() throws IOException {
        try {
            int value = in.read();
            if (value < 0) return End.CLOSED;
            throw new AssertionError("more than expected: " + (char) value + until("\n"));
        } catch (SocketException reset) {
            return End.RESET;
        }
    }

    /** As {@link #end}, whatever comes before. */
    End rest() throws IOException {
        try {
            while (in.read() >= 0) {}
            return End.CLOSED;
        } catch (SocketException reset) {
            return End.RESET;
        }
    }

    /** Sends, although the other side may have gone. */
    void sendAnyway(byte[] bytes) {
        try {
            send(bytes);
        } catch (IOException gone) {
            // What comes next shows it.
        }
    }

    /** What the server's first frame of HTTP/2 says. */
    Map<Integer, Long> settings() throws IOException {
        DataInputStream frames = new DataInputStream(in);
        int length = frames.readInt() >>> 8;
        frames.readNBytes(5);
        Map<Integer, Long> settings = new TreeMap<>();
        for (int at = 0; at < length; at += 6) settings.put((int) frames.readShort(), (long) frames.readInt());
        return settings;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

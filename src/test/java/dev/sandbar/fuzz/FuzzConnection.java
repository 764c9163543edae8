package dev.sandbar.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A connection that sends any bytes, and reads one answer to them as HTTP/1.1 has it. */
final class FuzzConnection implements AutoCloseable {

    private static final int PATIENCE = 20_000;
    private static final int STREAMING = 100;
    private static final int MOST = 1 << 20;

    private final Socket socket;
    private final InputStream in;

    /**
     * What came.
     *
     * @param status 0 where the connection ended without an answer
     * @param text head and body
     * @param open whether the connection can be used again
     */
    record Answer(int status, String text, boolean open) {}

    FuzzConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Throws {@link SocketTimeoutException} where nothing comes at all. */
    Answer ask(byte[] request) throws IOException {
        socket.setSoTimeout(PATIENCE);
        try {
            socket.getOutputStream().write(request);
        } catch (IOException closed) {
            // What it has said before it closed is read.
        }
        boolean head = new String(request, 0, Math.min(8, request.length), ISO_8859_1)
                .strip()
                .startsWith("HEAD");
        try {
            return read(head);
        } catch (SocketTimeoutException hang) {
            throw hang;
        } catch (IOException ended) {
            return new Answer(0, "", false);
        }
    }

    private Answer read(boolean toHead) throws IOException {
        StringBuilder text = new StringBuilder();
        String first = line(text);
        if (!first.matches("HTTP/1\\.1 [1-5][0-9][0-9] .*")) throw new IllegalStateException("no answer: " + first);
        int status = Integer.parseInt(first.substring(9, 12));
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(text); !line.isEmpty(); line = line(text)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        if (status < 200) return read(toHead);
        boolean empty = toHead || status == 204 || status == 304;
        boolean whole = empty || body(headers, text);
        return new Answer(status, text.toString(), whole && !"close".equals(headers.get("connection")));
    }

    /** False where it isn't read to its end: streams have none. */
    private boolean body(Map<String, String> headers, StringBuilder text) throws IOException {
        String type = headers.getOrDefault("content-type", "");
        if (type.contains("event-stream") || type.contains("connect+json")) {
            socket.setSoTimeout(STREAMING);
            try {
                text.append(new String(in.readNBytes(4096), ISO_8859_1));
            } catch (IOException enough) {
                return false;
            }
            return false;
        }
        String length = headers.get("content-length");
        if (headers.containsKey("transfer-encoding")) {
            chunks(text);
        } else if (length != null) {
            byte[] body = in.readNBytes(Math.min(MOST, Integer.parseInt(length)));
            if (body.length < Integer.parseInt(length)) throw new EOFException();
            text.append(new String(body, ISO_8859_1));
        } else {
            text.append(new String(in.readAllBytes(), ISO_8859_1));
            return false;
        }
        return true;
    }

    private void chunks(StringBuilder text) throws IOException {
        StringBuilder framing = new StringBuilder();
        for (int size = size(framing); size > 0; size = size(framing)) {
            text.append(new String(in.readNBytes(size), ISO_8859_1));
            line(framing);
        }
        line(framing);
    }

    private int size(StringBuilder framing) throws IOException {
        return Integer.parseInt(line(framing), 16);
    }

    private String line(StringBuilder text) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int value = in.read(); value != '\n'; value = in.read()) {
            if (value < 0) throw new EOFException();
            line.write(value);
        }
        String read = line.toString(ISO_8859_1).stripTrailing();
        text.append(read).append('\n');
        return read;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException ignored) {
            // It is gone.
        }
    }
}

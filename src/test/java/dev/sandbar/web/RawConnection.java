package dev.sandbar.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;

/** A connection that is read as a client's library reads it: by what each answer's head declares. */
final class RawConnection implements Closeable {

    private final Socket socket;
    private final InputStream in;

    RawConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        in = socket.getInputStream();
    }

    void send(String head) throws IOException {
        socket.getOutputStream().write((head.strip().replace("\n", "\r\n") + "\r\n\r\n").getBytes(ISO_8859_1));
    }

    /** An answer's status line and fields. */
    String head() throws IOException {
        return until("\r\n\r\n");
    }

    String body(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) throw new EOFException("only " + bytes.length + " of " + length);
        return new String(bytes, ISO_8859_1);
    }

    /** Of an answer without a length; with the fields behind it. */
    String chunks() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int size = size(); size > 0; size = size()) {
            all.append(body(size));
            body(2);
        }
        return all + "|" + head();
    }

    private int size() throws IOException {
        return Integer.parseInt(until("\r\n").strip(), 16);
    }

    private String until(String mark) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (!read.toString(ISO_8859_1).endsWith(mark)) {
            int next = in.read();
            if (next < 0) throw new EOFException("ended after " + read.toString(ISO_8859_1));
            read.write(next);
            if (mark.length() == 4
                    && read.size() == 2
                    && read.toString(ISO_8859_1).equals("\r\n")) return "";
        }
        return read.toString(ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

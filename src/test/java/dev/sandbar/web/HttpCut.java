package dev.sandbar.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;

/** A request on a connection of its own, which is closed without a look at the answer. */
record HttpCut(Socket connection) implements AutoCloseable {

    static HttpCut of(int port, HttpRequest.Builder like, String body) throws IOException {
        HttpRequest request = like.POST(HttpRequest.BodyPublishers.noBody()).build();
        StringBuilder head = new StringBuilder("POST " + request.uri().getPath() + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        request.headers()
                .map()
                .forEach((name, values) ->
                        head.append(name).append(": ").append(values.get(0)).append("\r\n"));
        head.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
        HttpCut cut = new HttpCut(new Socket(InetAddress.getLoopbackAddress(), port));
        cut.connection.getOutputStream().write(head.toString().getBytes(UTF_8));
        return cut;
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}

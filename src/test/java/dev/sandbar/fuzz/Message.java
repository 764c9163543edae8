package dev.sandbar.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A request before it is written.
 *
 * @param headers whole lines without their ends; the length is added
 * @param whole whether what is written is one request for sure, so that its connection can be used again
 */
@SuppressWarnings("ArrayRecordComponent") // written, never compared
record Message(String method, String target, List<String> headers, byte[] body, boolean whole) {

    static Message of(String method, String target, List<String> headers, String body) {
        return new Message(method, target, headers, body.getBytes(ISO_8859_1), true);
    }

    Message withMethod(String other) {
        return new Message(other, target, headers, body, whole);
    }

    Message withTarget(String other) {
        return new Message(method, other, headers, body, whole);
    }

    Message withHeaders(List<String> others) {
        return new Message(method, target, List.copyOf(others), body, whole);
    }

    Message withHeader(String line) {
        List<String> more = new ArrayList<>(headers);
        more.add(line);
        return withHeaders(more);
    }

    Message withBody(byte[] other) {
        return new Message(method, target, headers, other, whole);
    }

    Message torn() {
        return new Message(method, target, headers, body, false);
    }

    byte[] bytes() {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        headers.forEach(line -> head.append(line).append("\r\n"));
        if (body.length > 0) head.append("Content-Length: ").append(body.length).append("\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
        all.writeBytes(body);
        return all.toByteArray();
    }
}

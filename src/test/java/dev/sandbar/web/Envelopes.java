package dev.sandbar.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Packs and unpacks envelopes, apart from the code that is tested. */
final class Envelopes {

    private Envelopes() {}

    static byte[] pack(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(bytes.length + 5)
                .put((byte) 0)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    /** Each message with its flag before it, such as {@code 2{}}. */
    static List<String> unpack(byte[] stream) {
        List<String> messages = new ArrayList<>();
        ByteBuffer rest = ByteBuffer.wrap(stream);
        while (rest.remaining() >= 5) {
            int flag = rest.get();
            byte[] message = new byte[rest.getInt()];
            rest.get(message);
            messages.add(flag + new String(message, StandardCharsets.UTF_8));
        }
        return messages;
    }
}

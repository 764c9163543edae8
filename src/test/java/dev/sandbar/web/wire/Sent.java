package dev.sandbar.web.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;

/** What a channel has sent, as text. */
final class Sent {

    private Sent() {}

    /** Takes it out of the channel. */
    static String take(EmbeddedChannel channel) {
        StringBuilder text = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            text.append(next.toString(US_ASCII));
            next.release();
        }
        return text.toString();
    }
}

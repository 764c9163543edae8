package dev.sandbar.runtime.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the agent's bytes into frames, however they are split. Holds at most one frame that is incomplete, in an array
 * of its own: no buffer is kept. Not thread-safe.
 */
final class FrameParser {

    private final byte[] head = new byte[Types.HEAD];
    private byte[] partial = head;
    private int have;

    /** Reads all of {@code in} and answers what is complete now. Fails at the first frame that is malformed. */
    List<Answer> feed(ByteBuf in) {
        List<Answer> answers = new ArrayList<>(8);
        while (in.isReadable()) {
            if (have > 0 || in.readableBytes() < Types.HEAD) resume(in, answers);
            else whole(in, answers);
        }
        return answers;
    }

    /** At a frame's begin, with its head at hand. */
    private void whole(ByteBuf in, List<Answer> answers) {
        int length = checkHead(in);
        if (in.readableBytes() < Types.HEAD + length) {
            resume(in, answers);
            return;
        }
        int type = in.getUnsignedByte(in.readerIndex() + 4);
        in.skipBytes(Types.HEAD);
        answers.add(AnswerReader.read(type, in.readSlice(length)));
    }

    /** Adds to the incomplete frame. */
    private void resume(ByteBuf in, List<Answer> answers) {
        fill(in, Types.HEAD);
        if (have < Types.HEAD) return;
        int length = checkHead(Unpooled.wrappedBuffer(partial, 0, Types.HEAD));
        if (partial == head && length > 0) {
            partial = new byte[Types.HEAD + length];
            System.arraycopy(head, 0, partial, 0, Types.HEAD);
        }
        fill(in, Types.HEAD + length);
        if (have < Types.HEAD + length) return;
        ByteBuf body = Unpooled.wrappedBuffer(partial, Types.HEAD, length);
        int type = partial[4] & 0xFF;
        partial = head;
        have = 0;
        answers.add(AnswerReader.read(type, body));
    }

    private void fill(ByteBuf in, int until) {
        int bytes = Math.min(until - have, in.readableBytes());
        if (bytes <= 0) return;
        in.readBytes(partial, have, bytes);
        have += bytes;
    }

    /** The length that the head at the reader's index tells; nothing of what the agent sends may be longer. */
    private static int checkHead(ByteBuf in) {
        int at = in.readerIndex();
        long length = in.getUnsignedInt(at);
        if (length > Types.BODY_MAX) throw new ProtocolException("frame of " + length + " bytes");
        if (in.getByte(at + 5) != 0 || in.getShort(at + 6) != 0) throw new ProtocolException("reserved bits are set");
        return (int) length;
    }
}

package dev.sandbar.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Counts a stream's envelopes and bytes, keeps its first bytes and its last ones. */
final class Frames implements Bodies.Taker {

    private static final int HEAD = 5;
    private static final int KEPT = 4 << 20;
    private static final int TAIL = 256;

    private final ByteArrayOutputStream first = new ByteArrayOutputStream();
    private byte[] tail = {};
    private long bytes;

    @Override
    public void take(ByteBuffer piece) {
        bytes += piece.remaining();
        if (first.size() < KEPT) {
            byte[] copy = new byte[piece.remaining()];
            piece.get(piece.position(), copy);
            first.writeBytes(copy);
        }
        int count = Math.min(TAIL, piece.remaining());
        byte[] end = new byte[count];
        piece.get(piece.limit() - count, end);
        byte[] both = new byte[tail.length + count];
        System.arraycopy(tail, 0, both, 0, tail.length);
        System.arraycopy(end, 0, both, tail.length, count);
        tail = both.length > TAIL ? java.util.Arrays.copyOfRange(both, both.length - TAIL, both.length) : both;
    }

    long bytes() {
        return bytes;
    }

    boolean endedWell() {
        return Http.text(tail).contains("\"exit status 0\"");
    }

    /** The envelopes among the first bytes that hold output, whole ones only. */
    List<byte[]> output() {
        List<byte[]> frames = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(first.toByteArray());
        while (in.remaining() > HEAD && in.remaining() >= HEAD + in.getInt(in.position() + 1)) {
            byte[] frame = new byte[HEAD + in.getInt(in.position() + 1)];
            in.get(frame);
            if (Http.text(frame).contains("\"stdout\"")) frames.add(frame);
        }
        return frames;
    }
}

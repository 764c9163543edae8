package dev.sandbar.web.data;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Packs bytes piece by piece. For one stream, one thread at a time. */
final class Gzip implements AutoCloseable {

    private static final byte[] HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final int TAIL = 8;
    private static final int STEP = 8192;

    private final Deflater deflater;
    private final CRC32 checksum = new CRC32();
    private boolean begun;
    private long size;

    Gzip(Deflater deflater) {
        this.deflater = deflater;
    }

    byte[] pack(byte[] plain) {
        checksum.update(plain);
        size += plain.length;
        deflater.setInput(plain);
        return drain();
    }

    byte[] finish() {
        deflater.finish();
        byte[] last = drain();
        return ByteBuffer.allocate(last.length + TAIL)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(last)
                .putInt((int) checksum.getValue())
                .putInt((int) size)
                .array();
    }

    private byte[] drain() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(STEP);
        if (!begun) packed.writeBytes(HEAD);
        begun = true;
        byte[] step = new byte[STEP];
        for (int count = deflater.deflate(step); count > 0; count = deflater.deflate(step)) {
            packed.write(step, 0, count);
        }
        return packed.toByteArray();
    }

    @Override
    public void close() {
        deflater.end();
    }
}

package dev.sandbar.web.data;

import dev.sandbar.web.http.ApiException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Unpacks gzip whose bytes may be split anywhere, several members included. What it unpacks is made when asked for, so
 * that a small packed piece never becomes a large one in memory. For one stream, one thread at a time.
 */
final class Gunzip implements AutoCloseable {

    private static final int STEP = 16 * 1024;
    private static final int TAIL = 8;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private GzipHead head = new GzipHead();
    private int tail;
    private long stored;
    private boolean insideMember;
    private boolean anyMember;

    /** What the next packed piece unpacks to, lazily; to be used up before the next piece comes. */
    Iterable<byte[]> unpack(byte[] packed) {
        return () -> new Pieces(packed);
    }

    /** Nothing, or an error where the packed bytes have ended too soon. */
    Flux<byte[]> end() {
        boolean complete = anyMember && !insideMember && head.isUntouched();
        return complete ? Flux.empty() : Flux.error(broken("ends too soon"));
    }

    @Override
    public void close() {
        inflater.end();
    }

    private static ApiException broken(String how) {
        return ApiException.invalid("The gzip body " + how);
    }

    private final class Pieces implements Iterator<byte[]> {

        private final byte[] packed;
        private int at;
        private byte @Nullable [] next;

        Pieces(byte[] packed) {
            this.packed = packed;
        }

        @Override
        public boolean hasNext() {
            if (next == null) next = advance();
            return next != null;
        }

        @Override
        public byte[] next() {
            if (!hasNext() || next == null) throw new NoSuchElementException();
            byte[] piece = next;
            next = null;
            return piece;
        }

        private byte @Nullable [] advance() {
            while (true) {
                if (insideMember && !inflater.finished()) {
                    byte[] piece = inflate();
                    if (piece.length > 0) return piece;
                    if (!inflater.finished()) return null;
                } else if (at == packed.length) {
                    return null;
                } else if (insideMember) {
                    takeTail(packed[at++]);
                } else if (head.take(packed[at++])) {
                    begin();
                }
            }
        }

        private byte[] inflate() {
            byte[] step = new byte[STEP];
            try {
                if (inflater.needsInput()) inflater.setInput(packed, at, packed.length - at);
                int count = inflater.inflate(step);
                at = packed.length - inflater.getRemaining();
                if (count == 0 && inflater.needsDictionary()) throw broken("needs a dictionary");
                checksum.update(step, 0, count);
                return count == STEP ? step : Arrays.copyOf(step, count);
            } catch (DataFormatException malformed) {
                throw broken("is not valid gzip");
            }
        }

        private void begin() {
            insideMember = true;
            anyMember = true;
            tail = 0;
            stored = 0;
            checksum.reset();
        }

        private void takeTail(byte value) {
            if (tail < Integer.BYTES) stored |= (value & 0xffL) << (Byte.SIZE * tail);
            if (++tail < TAIL) return;
            if (stored != checksum.getValue()) throw broken("is damaged: its checksum is wrong");
            insideMember = false;
            inflater.reset();
            head = new GzipHead();
        }
    }

    /** Refuses what isn't gzip at all. */
    static ApiException notGzip() {
        return broken("is not gzip");
    }
}

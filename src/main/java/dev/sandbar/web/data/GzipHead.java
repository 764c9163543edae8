package dev.sandbar.web.data;

/** Takes the head of a gzip member byte by byte. */
final class GzipHead {

    private static final int FIXED = 10;
    private static final int CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private int count;
    private int flags;
    private int extraLength;
    private int extraBytes;
    private int checksumBytes;

    boolean isUntouched() {
        return count == 0;
    }

    /** Takes one more; true when that was the last one. */
    boolean take(byte value) {
        if (count < FIXED) {
            fixed(value & 0xff);
        } else {
            variable(value & 0xff);
        }
        count++;
        return count >= FIXED && flags == 0;
    }

    private void fixed(int value) {
        boolean wrong = (count == 0 && value != 0x1f) || (count == 1 && value != 0x8b) || (count == 2 && value != 8);
        if (wrong) throw Gunzip.notGzip();
        if (count == 3) flags = value & (CHECKSUM | EXTRA | NAME | COMMENT);
    }

    private void variable(int value) {
        if ((flags & EXTRA) != 0) {
            extra(value);
        } else if ((flags & (NAME | COMMENT)) != 0) {
            if (value == 0) flags &= (flags & NAME) != 0 ? ~NAME : ~COMMENT;
        } else if (++checksumBytes == 2) {
            flags = 0;
        }
    }

    private void extra(int value) {
        extraBytes++;
        if (extraBytes <= 2) {
            extraLength |= value << (Byte.SIZE * (extraBytes - 1));
        }
        if (extraBytes >= 2 && extraBytes == extraLength + 2) flags &= ~EXTRA;
    }
}

package dev.sandbar.runtime.channel;

import static dev.sandbar.runtime.channel.AnswerReader.need;
import static dev.sandbar.runtime.channel.AnswerReader.text;

import dev.sandbar.runtime.FileEntry;
import dev.sandbar.runtime.FileOwner;
import io.netty.buffer.ByteBuf;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads an ENTRY. */
final class EntryReader {

    static final int FIXED = 42;
    private static final int ATTRIBUTES_MAX = 4096;
    private static final String PREFIX = "user.e2b.";

    private EntryReader() {}

    static Answer read(ByteBuf in) {
        int bytes = in.readableBytes();
        FileEntry.Type type = type(in.readByte());
        FileEntry.Type targetType = type(in.readByte());
        if (type == null || in.readShort() != 0) throw new ProtocolException("unknown type of an entry");
        int mode = in.readInt();
        if ((mode & ~07777) != 0) throw new ProtocolException("unknown permission bits");
        FileOwner owner = new FileOwner(in.readInt(), in.readInt());
        long size = AnswerReader.position(in);
        Instant modified = instant(in.readLong(), in.readUnsignedInt());
        int pathLength = in.readUnsignedShort();
        int targetLength = in.readUnsignedShort();
        int attributes = in.readUnsignedShort();
        String path = text(in, pathLength);
        if (!path.startsWith("/")) throw new ProtocolException("path is not absolute");
        String target = targetLength == 0 ? null : text(in, targetLength);
        FileEntry entry =
                new FileEntry(path, type, targetType, mode, owner, size, modified, target, attributes(in, attributes));
        return new Answer.Entry(entry, bytes);
    }

    private static FileEntry.@Nullable Type type(byte number) {
        return switch (number) {
            case 0 -> null;
            case 1 -> FileEntry.Type.FILE;
            case 2 -> FileEntry.Type.DIRECTORY;
            case 3 -> FileEntry.Type.LINK;
            case 4 -> FileEntry.Type.OTHER;
            default -> throw new ProtocolException("unknown type of an entry");
        };
    }

    private static Instant instant(long seconds, long nanos) {
        if (nanos > 999_999_999) throw new ProtocolException("too many nanoseconds");
        try {
            return Instant.ofEpochSecond(seconds, nanos);
        } catch (DateTimeException | ArithmeticException e) {
            throw new ProtocolException("time is out of range");
        }
    }

    private static Map<String, String> attributes(ByteBuf in, int number) {
        if (number > 0 && in.readableBytes() > ATTRIBUTES_MAX + 4 * number) {
            throw new ProtocolException("attributes are too long");
        }
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < number; i++) {
            int name = need(in, 4).readUnsignedShort();
            int value = in.readUnsignedShort();
            String key = text(in, name);
            if (!key.startsWith(PREFIX)) throw new ProtocolException("attribute of another kind");
            attributes.put(key.substring(PREFIX.length()), text(in, value));
        }
        return attributes;
    }
}

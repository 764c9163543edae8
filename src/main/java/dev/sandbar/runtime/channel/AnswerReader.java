package dev.sandbar.runtime.channel;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessInfo;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Reads one body by its type; everything that the protocol does not allow fails. */
final class AnswerReader {

    private static final int MESSAGE_MAX = 1024;
    private static final int MARK_MAX = 256;
    private static final int ID_MAX = 64;

    private AnswerReader() {}

    /** The body is all that is readable in {@code in}; all of it has been read afterwards. */
    static Answer read(int type, ByteBuf in) {
        Answer answer = switch (type) {
            case Types.OK -> new Answer.Ok();
            case Types.PONG -> new Answer.Pong(need(in, 8).readLong());
            case Types.ERROR -> refused(need(in, 2));
            case Types.STARTED -> new Answer.Started(need(in, 4).readUnsignedInt());
            case Types.OUTPUT -> output(need(in, 10));
            case Types.EXIT -> exit(need(in, 16));
            case Types.PROCESS -> process(need(in, 14));
            case Types.ENTRY -> EntryReader.read(need(in, EntryReader.FIXED));
            case Types.HELLO -> hello(need(in, 2));
            case Types.DATA -> new Answer.Data(bytes(need(in, 1)));
            default -> throw new ProtocolException("unknown type " + type);
        };
        if (in.isReadable()) throw new ProtocolException("body of type " + type + " is too long");
        return answer;
    }

    static ByteBuf need(ByteBuf in, int bytes) {
        if (in.readableBytes() < bytes) throw new ProtocolException("body is too short");
        return in;
    }

    static long position(ByteBuf in) {
        long value = in.readLong();
        if (value < 0) throw new ProtocolException("number is too large");
        return value;
    }

    static String text(ByteBuf in, int bytes) {
        String text = need(in, bytes).readString(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\0') >= 0) throw new ProtocolException("string holds a NUL");
        return text;
    }

    private static String rest(ByteBuf in, int max) {
        int length = in.readableBytes();
        if (length > max) throw new ProtocolException("string is too long");
        return text(in, length);
    }

    private static byte[] bytes(ByteBuf in) {
        byte[] bytes = new byte[in.readableBytes()];
        in.readBytes(bytes);
        return bytes;
    }

    private static Answer refused(ByteBuf in) {
        AgentException.Code code = AgentException.Code.of(in.readUnsignedShort());
        return new Answer.Refused(code, rest(in, MESSAGE_MAX));
    }

    private static Answer output(ByteBuf in) {
        long offset = position(in);
        ProcessEvent.Stream stream = switch (in.readByte()) {
            case 1 -> ProcessEvent.Stream.STDOUT;
            case 2 -> ProcessEvent.Stream.STDERR;
            default -> throw new ProtocolException("unknown stream");
        };
        return new Answer.Output(new ProcessEvent.Output(offset, stream, bytes(in)));
    }

    private static Answer exit(ByteBuf in) {
        int kind = in.readByte();
        int flags = in.readByte();
        if (kind < 0 || kind > 1 || (flags & ~1) != 0 || in.readShort() != 0) {
            throw new ProtocolException("unknown kind of exit");
        }
        long code = in.readUnsignedInt();
        if (code > 255) throw new ProtocolException("exit code " + code);
        return new Answer.Exit(kind == 1, flags == 1, (int) code, position(in));
    }

    private static Answer process(ByteBuf in) {
        long pid = in.readUnsignedInt();
        int state = in.readByte();
        if (state < 0 || state > 1) throw new ProtocolException("unknown state of a process");
        long end = position(in);
        return new Answer.Known(new ProcessInfo(rest(in, ID_MAX), pid, state == 0, end));
    }

    private static Answer hello(ByteBuf in) {
        return new Answer.Hello(in.readUnsignedShort(), rest(in, MARK_MAX));
    }
}

package dev.sandbar.web.data;

import dev.sandbar.command.CommandEvent;
import dev.sandbar.runtime.ProcessEvent.Stream;
import dev.sandbar.web.connect.EventStream;
import dev.sandbar.web.connect.Frames;
import dev.sandbar.web.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.buffer.DataBuffer;

/** Writes what a command does as events of {@code process.Process}; neighbouring output of one stream is joined. */
final class ProcessEncoder implements EventStream.Encoder {

    /** Most bytes of output in one event, unless one piece has more. */
    private static final int MOST = 32 * 1024;

    /** A piece from this size on isn't joined to what is before it: the copy costs more than another envelope. */
    private static final int LARGE = 8 * 1024;

    /** More than an envelope has besides its bytes. */
    private static final int FRAME = 64;

    /** One for each event loop, so that what is encoded stays in the processor's cache. */
    private static final ThreadLocal<byte[]> SCRATCH =
            ThreadLocal.withInitial(() -> new byte[Frames.encodedBytes(MOST)]);

    private static final byte[] STDOUT = Frames.outputPrefix("stdout");
    private static final byte[] STDERR = Frames.outputPrefix("stderr");

    private final Json json;

    ProcessEncoder(Json json) {
        this.json = json;
    }

    @Override
    public void encode(List<Object> batch, DataBuffer to) {
        List<CommandEvent.Output> run = new ArrayList<>(batch.size());
        int bytes = 0;
        for (Object event : batch) {
            if (!(event instanceof CommandEvent.Output output)) {
                flush(run, bytes, to);
                bytes = 0;
                other(event, to);
                continue;
            }
            if (!run.isEmpty() && !joins(run.get(0), bytes, output)) {
                flush(run, bytes, to);
                bytes = 0;
            }
            run.add(output);
            bytes += output.bytes().length;
        }
        flush(run, bytes, to);
    }

    private static boolean joins(CommandEvent.Output first, int bytes, CommandEvent.Output next) {
        int length = next.bytes().length;
        return first.stream() == next.stream() && length < LARGE && bytes + length <= MOST;
    }

    @Override
    public int bytes(List<Object> batch) {
        int bytes = 0;
        for (Object event : batch) {
            if (event instanceof CommandEvent.Output output)
                bytes += Frames.encodedBytes(output.bytes().length) + FRAME;
        }
        return bytes;
    }

    private static void flush(List<CommandEvent.Output> run, int bytes, DataBuffer to) {
        if (run.isEmpty()) return;
        byte[] prefix = run.get(0).stream() == Stream.STDOUT ? STDOUT : STDERR;
        byte[] output = run.size() == 1 ? run.get(0).bytes() : joined(run, bytes);
        Frames.output(to, prefix, output, scratch(output.length));
        run.clear();
    }

    private static byte[] scratch(int bytes) {
        byte[] scratch = SCRATCH.get();
        if (scratch.length >= Frames.encodedBytes(bytes)) return scratch;
        SCRATCH.set(new byte[Frames.encodedBytes(bytes)]);
        return SCRATCH.get();
    }

    private static byte[] joined(List<CommandEvent.Output> run, int bytes) {
        byte[] all = new byte[bytes];
        int at = 0;
        for (CommandEvent.Output output : run) {
            System.arraycopy(output.bytes(), 0, all, at, output.bytes().length);
            at += output.bytes().length;
        }
        return all;
    }

    private void other(Object event, DataBuffer to) {
        if (event instanceof CommandEvent.Started started) {
            message("start", Map.of("pid", started.pid()), to);
        } else if (event instanceof CommandEvent.Ended ended) {
            message("end", EndMessage.of(ended), to);
        } else if (event instanceof EventStream.KeepAlive) {
            message("keepalive", Map.of(), to);
        }
    }

    private void message(String kind, Object value, DataBuffer to) {
        Frames.message(to, json.bytes(Map.of("event", Map.of(kind, value))));
    }
}

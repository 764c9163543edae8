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
            if (!run.isEmpty() && (run.get(0).stream() != output.stream() || bytes + output.bytes().length > MOST)) {
                flush(run, bytes, to);
                bytes = 0;
            }
            run.add(output);
            bytes += output.bytes().length;
        }
        flush(run, bytes, to);
    }

    private static void flush(List<CommandEvent.Output> run, int bytes, DataBuffer to) {
        if (run.isEmpty()) return;
        byte[] prefix = run.get(0).stream() == Stream.STDOUT ? STDOUT : STDERR;
        Frames.output(to, prefix, run.size() == 1 ? run.get(0).bytes() : joined(run, bytes));
        run.clear();
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

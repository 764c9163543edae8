package dev.sandbar.session.tool;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentException.Code;
import dev.sandbar.runtime.FileEntry;
import dev.sandbar.runtime.FileEvent;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.FileWrite;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessInfo;
import dev.sandbar.runtime.ProcessSpec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** An agent in memory: one process that says what a test tells it to, and files that a test may change at any time. */
final class FakeAgent implements Agent {

    /** Files are read in pieces of this size. */
    private static final int PIECE = 4096;

    final List<String> calls = new CopyOnWriteArrayList<>();
    final Map<String, byte[]> files = new ConcurrentHashMap<>();
    final Sinks.Many<ProcessEvent> conversation = Sinks.many().unicast().onBackpressureBuffer();
    private final AtomicLong offset = new AtomicLong();
    volatile @Nullable RuntimeException refusal;
    volatile @Nullable ProcessSpec spec;
    volatile Runnable duringWrite = () -> {};
    volatile Mono<Void> held = Mono.empty();

    void say(ProcessEvent event) {
        conversation.emitNext(event, Sinks.EmitFailureHandler.FAIL_FAST);
    }

    void started() {
        say(new ProcessEvent.Started(42));
    }

    void print(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        say(new ProcessEvent.Output(offset.getAndAdd(bytes.length), ProcessEvent.Stream.STDOUT, bytes));
    }

    void lose(int bytes) {
        offset.addAndGet(bytes);
    }

    void exit(int code) {
        say(new ProcessEvent.Exited(false, code, false));
        conversation.emitComplete(Sinks.EmitFailureHandler.FAIL_FAST);
    }

    void file(String path, String content) {
        files.put(path, content.getBytes(StandardCharsets.UTF_8));
    }

    String file(String path) {
        byte[] bytes = files.get(path);
        return bytes == null ? "(none)" : new String(bytes, StandardCharsets.UTF_8);
    }

    private Mono<Void> allowed(String call) {
        return Mono.defer(() -> {
            calls.add(call);
            RuntimeException now = refusal;
            return now == null ? held : Mono.error(now);
        });
    }

    @Override
    public Flux<ProcessEvent> start(ProcessSpec process, Publisher<Long> acknowledged) {
        spec = process;
        return allowed("start").thenMany(conversation.asFlux());
    }

    @Override
    public Flux<ProcessEvent> attach(String processId, long from, Publisher<Long> acknowledged) {
        return Flux.error(new AgentException(Code.NOT_FOUND, "no such process"));
    }

    /** The process dies of the first signal. */
    @Override
    public Mono<Void> signal(String processId, int signal) {
        return Mono.fromRunnable(() -> {
            if (signal == 0) throw new AgentException(Code.NOT_FOUND, "nothing is left");
            calls.add("signal " + signal);
            say(new ProcessEvent.Exited(true, signal, false));
            conversation.emitComplete(Sinks.EmitFailureHandler.FAIL_FAST);
        });
    }

    @Override
    public Mono<FileEntry> stat(String path) {
        return allowed("stat " + path).then(Mono.fromSupplier(() -> entry(path)));
    }

    private FileEntry entry(String path) {
        byte[] bytes = files.get(path);
        boolean directory = path.equals("/") || path.equals("/home") || path.equals("/home/user");
        if (bytes == null && !directory) throw new AgentException(Code.NOT_FOUND, "not found");
        return new FileEntry(
                path,
                directory ? FileEntry.Type.DIRECTORY : FileEntry.Type.FILE,
                null,
                directory ? 0755 : 0640,
                FileOwner.USER,
                bytes == null ? 0 : bytes.length,
                Instant.EPOCH,
                null,
                Map.of());
    }

    @Override
    public Flux<FileEvent> read(String path, long from, long length) {
        return allowed("read " + path).thenMany(Flux.defer(() -> {
            FileEvent opened = new FileEvent.Opened(entry(path));
            byte[] bytes = files.getOrDefault(path, new byte[0]);
            Flux<FileEvent> pieces = Flux.range(0, (bytes.length + PIECE - 1) / PIECE)
                    .map(i -> Arrays.copyOfRange(bytes, i * PIECE, Math.min(bytes.length, (i + 1) * PIECE)))
                    .map(FileEvent.Bytes::new);
            return Flux.concat(Flux.just(opened), pieces);
        }));
    }

    @Override
    public Mono<FileEntry> write(FileWrite file, Publisher<byte[]> content) {
        return allowed("write " + file.path())
                .then(Mono.fromRunnable(() -> duringWrite.run()))
                .thenMany(content)
                .collect(ByteArrayOutputStream::new, ByteArrayOutputStream::writeBytes)
                .map(bytes -> {
                    files.put(file.path(), bytes.toByteArray());
                    calls.add("wrote " + Integer.toOctalString(file.mode()));
                    return entry(file.path());
                });
    }

    @Override
    public Mono<Void> gone() {
        return Mono.never();
    }

    @Override
    public Mono<Void> deadline(Instant deadline) {
        return Mono.error(unexpected());
    }

    @Override
    public Flux<ProcessInfo> processes() {
        return Flux.error(unexpected());
    }

    @Override
    public Mono<Void> write(String processId, byte[] bytes) {
        return Mono.error(unexpected());
    }

    @Override
    public Mono<Void> closeInput(String processId) {
        return Mono.error(unexpected());
    }

    @Override
    public Flux<FileEntry> list(String path, int depth) {
        return Flux.error(unexpected());
    }

    @Override
    public Mono<FileEntry> makeDirectory(String path, FileOwner owner) {
        return Mono.error(unexpected());
    }

    @Override
    public Mono<FileEntry> move(String source, String target, FileOwner owner) {
        return Mono.error(unexpected());
    }

    @Override
    public Mono<Void> remove(String path) {
        return Mono.error(unexpected());
    }

    private static AssertionError unexpected() {
        return new AssertionError("the tools have nothing to do with this");
    }
}

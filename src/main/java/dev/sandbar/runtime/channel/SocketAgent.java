package dev.sandbar.runtime.channel;

import static dev.sandbar.runtime.channel.Request.fixed;
import static dev.sandbar.runtime.channel.Request.owner;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.FileEntry;
import dev.sandbar.runtime.FileEvent;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.FileWrite;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessInfo;
import dev.sandbar.runtime.ProcessSpec;
import java.time.Instant;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An agent behind a Unix socket. */
final class SocketAgent implements Agent {

    private final ControlLink control;
    private final Processes processes;
    private final Files files;

    SocketAgent(ControlLink control, Conversations conversations) {
        this.control = control;
        this.processes = new Processes(conversations);
        this.files = new Files(conversations);
    }

    @Override
    public Mono<Void> gone() {
        return control.gone();
    }

    @Override
    public Mono<Void> deadline(Instant deadline) {
        return control.deadline(deadline);
    }

    @Override
    public Flux<ProcessEvent> start(ProcessSpec spec, Publisher<Long> acknowledged) {
        return processes.start(spec, acknowledged);
    }

    @Override
    public Flux<ProcessEvent> attach(String processId, long offset, Publisher<Long> acknowledged) {
        return processes.attach(processId, offset, acknowledged);
    }

    @Override
    public Flux<ProcessInfo> processes() {
        return processes.list();
    }

    @Override
    public Mono<Void> write(String processId, byte[] bytes) {
        return processes.write(processId, bytes);
    }

    @Override
    public Mono<Void> closeInput(String processId) {
        return processes.ok(() -> new Request().text(Types.CLOSE_INPUT, processId));
    }

    @Override
    public Mono<Void> signal(String processId, int signal) {
        return processes.ok(() -> new Request().frame(Types.SIGNAL, fixed(4).putInt(signal), processId));
    }

    @Override
    public Mono<FileEntry> stat(String path) {
        return files.entry(() -> new Request().path(Types.STAT, path));
    }

    @Override
    public Flux<FileEntry> list(String path, int depth) {
        return files.list(() -> new Request().path(Types.LIST_DIRECTORY, fixed(4).putInt(depth), path));
    }

    @Override
    public Mono<FileEntry> makeDirectory(String path, FileOwner owner) {
        return files.entry(() -> new Request().path(Types.MAKE_DIRECTORY, owner(owner, 0), path));
    }

    @Override
    public Mono<FileEntry> move(String source, String target, FileOwner owner) {
        return files.move(() -> new Request()
                .path(Types.MOVE, owner(owner, 0), source)
                .path(Types.TARGET, target)
                .empty(Types.GO));
    }

    @Override
    public Mono<Void> remove(String path) {
        return files.remove(() -> new Request().path(Types.REMOVE, path));
    }

    @Override
    public Flux<FileEvent> read(String path, long offset, long length) {
        return files.read(
                () -> new Request().path(Types.READ, fixed(16).putLong(offset).putLong(length), path));
    }

    @Override
    public Mono<FileEntry> write(FileWrite file, Publisher<byte[]> content) {
        return files.write(file, content);
    }
}

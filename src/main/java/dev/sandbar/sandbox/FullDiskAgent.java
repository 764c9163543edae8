package dev.sandbar.sandbox;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
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

/** An agent that makes no new files and directories; everything else goes on, so that room can be made. */
final class FullDiskAgent implements Agent {

    private final Agent agent;
    private final String reason;

    FullDiskAgent(Agent agent, String reason) {
        this.agent = agent;
        this.reason = reason;
    }

    @Override
    public Mono<FileEntry> makeDirectory(String path, FileOwner owner) {
        return refused();
    }

    @Override
    public Mono<FileEntry> write(FileWrite file, Publisher<byte[]> content) {
        return refused();
    }

    private Mono<FileEntry> refused() {
        return Mono.error(() -> new AgentException(AgentException.Code.NO_SPACE, reason));
    }

    @Override
    public Mono<Void> gone() {
        return agent.gone();
    }

    @Override
    public Mono<Void> deadline(Instant deadline) {
        return agent.deadline(deadline);
    }

    @Override
    public Flux<ProcessEvent> start(ProcessSpec spec, Publisher<Long> acknowledged) {
        return agent.start(spec, acknowledged);
    }

    @Override
    public Flux<ProcessEvent> attach(String processId, long offset, Publisher<Long> acknowledged) {
        return agent.attach(processId, offset, acknowledged);
    }

    @Override
    public Flux<ProcessInfo> processes() {
        return agent.processes();
    }

    @Override
    public Mono<Void> write(String processId, byte[] bytes) {
        return agent.write(processId, bytes);
    }

    @Override
    public Mono<Void> closeInput(String processId) {
        return agent.closeInput(processId);
    }

    @Override
    public Mono<Void> signal(String processId, int signal) {
        return agent.signal(processId, signal);
    }

    @Override
    public Mono<FileEntry> stat(String path) {
        return agent.stat(path);
    }

    @Override
    public Flux<FileEntry> list(String path, int depth) {
        return agent.list(path, depth);
    }

    @Override
    public Mono<FileEntry> move(String source, String target, FileOwner owner) {
        return agent.move(source, target, owner);
    }

    @Override
    public Mono<Void> remove(String path) {
        return agent.remove(path);
    }

    @Override
    public Flux<FileEvent> read(String path, long offset, long length) {
        return agent.read(path, offset, length);
    }
}

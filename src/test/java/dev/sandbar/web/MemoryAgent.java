package dev.sandbar.web;

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
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An agent in memory. */
final class MemoryAgent implements Agent {

    private static final int PIECE = 16 * 1024;
    private static final int DISK = 64 * 1024 * 1024;

    /** A file, or a directory where there are no bytes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Node(byte[] bytes, boolean directory, FileOwner owner, int mode, Map<String, String> attributes) {
        static Node directory(FileOwner owner) {
            return new Node(new byte[0], true, owner, 0755, Map.of());
        }
    }

    final ConcurrentSkipListMap<String, Node> nodes = new ConcurrentSkipListMap<>();
    final Map<String, MemoryProcess> processes = new ConcurrentHashMap<>();

    /** What each request for files is refused with. */
    volatile @Nullable AgentException refusal;

    /** What is read behind the bytes that a file was said to have; or by how many there are fewer. */
    final Map<String, byte[]> appended = new ConcurrentHashMap<>();

    final Map<String, Integer> missing = new ConcurrentHashMap<>();
    private final AtomicInteger pids = new AtomicInteger(100);

    MemoryAgent() {
        for (String path : new String[] {"/", "/home", "/root", "/tmp"})
            nodes.put(path, Node.directory(FileOwner.ROOT));
        nodes.put("/home/user", Node.directory(FileOwner.USER));
    }

    @Override
    public Mono<Void> gone() {
        return Mono.never();
    }

    @Override
    public Mono<Void> deadline(Instant deadline) {
        return Mono.empty();
    }

    @Override
    public Flux<ProcessEvent> start(ProcessSpec spec, Publisher<Long> acknowledged) {
        return Flux.defer(() -> {
            Node cwd = nodes.get(spec.directory());
            if (cwd == null || !cwd.directory()) throw new AgentException(Code.NO_WORKING_DIRECTORY, "no cwd");
            MemoryProcess process = new MemoryProcess(pids.getAndIncrement(), spec);
            processes.put(spec.id(), process);
            return process.events();
        });
    }

    @Override
    public Flux<ProcessEvent> attach(String processId, long offset, Publisher<Long> acknowledged) {
        return Flux.error(new AgentException(Code.NOT_FOUND, "no such process"));
    }

    @Override
    public Flux<ProcessInfo> processes() {
        return Flux.empty();
    }

    @Override
    public Mono<Void> write(String processId, byte[] bytes) {
        return Mono.fromRunnable(() -> process(processId).input(bytes));
    }

    @Override
    public Mono<Void> closeInput(String processId) {
        return Mono.fromRunnable(() -> process(processId).closeInput());
    }

    @Override
    public Mono<Void> signal(String processId, int signal) {
        return Mono.fromRunnable(() -> process(processId).signal(signal));
    }

    private MemoryProcess process(String id) {
        MemoryProcess process = processes.get(id);
        if (process == null) throw new AgentException(Code.NOT_FOUND, "no such process");
        return process;
    }

    @Override
    public Mono<FileEntry> stat(String path) {
        return Mono.fromSupplier(() -> entry(path));
    }

    @Override
    public Flux<FileEntry> list(String path, int depth) {
        return Flux.defer(() -> {
            if (!node(path).directory()) throw new AgentException(Code.NOT_A_DIRECTORY, "not a directory");
            String under = path.equals("/") ? "/" : path + "/";
            return Flux.fromIterable(nodes.keySet())
                    .filter(each -> each.startsWith(under) && each.length() > under.length())
                    .filter(each -> each.substring(under.length()).split("/", -1).length <= depth)
                    .map(this::entry);
        });
    }

    @Override
    public Mono<FileEntry> makeDirectory(String path, FileOwner owner) {
        return Mono.fromSupplier(() -> {
            look();
            Node there = nodes.get(path);
            if (there != null)
                throw new AgentException(there.directory() ? Code.EXISTS : Code.NOT_A_DIRECTORY, "there");
            parents(path, owner);
            nodes.put(path, Node.directory(owner));
            return entry(path);
        });
    }

    private void parents(String path, FileOwner owner) {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            nodes.putIfAbsent(path.substring(0, slash), Node.directory(owner));
        }
    }

    @Override
    public Mono<FileEntry> move(String source, String target, FileOwner owner) {
        return Mono.fromSupplier(() -> {
            Node node = node(source);
            parents(target, owner);
            nodes.remove(source);
            nodes.put(target, node);
            return entry(target);
        });
    }

    @Override
    public Mono<Void> remove(String path) {
        return Mono.fromRunnable(() -> {
            look();
            nodes.keySet().removeIf(each -> each.equals(path) || each.startsWith(path + "/"));
        });
    }

    @Override
    public Flux<FileEvent> read(String path, long offset, long length) {
        return Flux.defer(() -> {
            Node node = node(path);
            if (node.directory()) throw new AgentException(Code.IS_A_DIRECTORY, "a directory");
            byte[] all = node.bytes();
            int from = (int) Math.min(offset, all.length);
            int end = all.length - missing.getOrDefault(path, 0);
            int to = length < 0 ? end : (int) Math.min(end, offset + length);
            Flux<FileEvent> bytes = Flux.range(0, (to - from + PIECE - 1) / PIECE)
                    .map(i -> new FileEvent.Bytes(
                            Arrays.copyOfRange(all, from + i * PIECE, Math.min(to, from + (i + 1) * PIECE))));
            Flux<FileEvent> more = Mono.justOrEmpty(appended.get(path))
                    .map(FileEvent.Bytes::new)
                    .flux()
                    .cast(FileEvent.class);
            return Flux.concat(Flux.just(new FileEvent.Opened(entry(path))), bytes, more);
        });
    }

    @Override
    public Mono<FileEntry> write(FileWrite file, Publisher<byte[]> content) {
        Node there = nodes.get(file.path());
        if (there != null && there.directory()) {
            return Mono.error(new AgentException(Code.IS_A_DIRECTORY, "a directory"));
        }
        AgentException set = refusal;
        if (set != null) return Mono.error(set);
        return Flux.from(content)
                .collect(ByteArrayOutputStream::new, MemoryAgent::store)
                .map(bytes -> {
                    parents(file.path(), file.owner());
                    nodes.put(
                            file.path(),
                            new Node(bytes.toByteArray(), false, file.owner(), file.mode(), file.attributes()));
                    return entry(file.path());
                });
    }

    private static void store(ByteArrayOutputStream disk, byte[] bytes) {
        if (disk.size() + bytes.length > DISK) throw new AgentException(Code.NO_SPACE, "full");
        disk.writeBytes(bytes);
    }

    private void look() {
        AgentException set = refusal;
        if (set != null) throw set;
    }

    private Node node(String path) {
        look();
        Node node = nodes.get(path);
        if (node == null) throw new AgentException(Code.NOT_FOUND, "not found");
        return node;
    }

    private FileEntry entry(String path) {
        Node node = node(path);
        return new FileEntry(
                path,
                node.directory() ? FileEntry.Type.DIRECTORY : FileEntry.Type.FILE,
                null,
                node.mode(),
                node.owner(),
                node.bytes().length,
                Instant.parse("2026-01-01T00:00:00Z"),
                null,
                node.attributes());
    }
}

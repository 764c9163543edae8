package dev.sandbar.client;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The files of one sandbox, as its usual user. Paths are absolute or start from that user's home. All publishers are lazy.
 * Bytes are compared by their digests at both ends of an upload or a download, where the server can do that; others than
 * those that were sent are {@link SandboxTransportException.Malformed}.
 *
 * <pre>{@code
 * sandbox.files().uploadFrom(Path.of("data.csv"), "data.csv")
 *     .then(sandbox.commands().run(CommandSpec.of("python3", "plot.py")))
 *     .then(sandbox.files().downloadTo("plot.png", Path.of("plot.png")))
 * }</pre>
 */
public final class SandboxFiles {

    private static final String SERVICE = "/filesystem.Filesystem/";

    private final Calls calls;
    private final String sandboxId;
    private final Transfers transfers;

    SandboxFiles(Calls calls, String sandboxId, Transfers transfers) {
        this.calls = calls;
        this.sandboxId = sandboxId;
        this.transfers = transfers;
    }

    record OfEntry(FileInfo.@Nullable View entry) {}

    record Entries(@Nullable List<FileInfo.View> entries) {}

    /**
     * Writes a file from a stream, as fast as the sandbox takes it: a new one in place of an old one, at the end or not at
     * all. Missing directories are made. The buffers are released. Tried again only as long as nothing of the stream was
     * taken. A source that gives nothing for the response time-out fails it.
     *
     * @return the file's absolute path
     */
    public Mono<String> upload(String path, Flux<? extends DataBuffer> content) {
        return Mono.defer(() -> new Upload(calls, sandboxId, path).send(Body.once(content)));
    }

    /**
     * Copies a file of this machine into the sandbox, as {@link #upload} does, though tried again where it isn't known whether
     * it worked. It is read on threads of the client's own, piece by piece.
     *
     * @return the file's absolute path; {@link java.io.UncheckedIOException} where this machine's file can't be read, {@link
     *     SandboxClientException} when it changes meanwhile: nothing is replaced in the sandbox then
     */
    public Mono<String> uploadFrom(Path source, String path) {
        return transfers.read(source).flatMap(body -> new Upload(calls, sandboxId, path).send(body));
    }

    /** Writes a file, as {@link #upload} does; tried again where it isn't known whether it worked. */
    public Mono<String> write(String path, byte[] content) {
        return Mono.defer(() -> new Upload(calls, sandboxId, path).send(content));
    }

    /** Writes a text as UTF-8. */
    public Mono<String> write(String path, String text) {
        return write(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A file's bytes, as fast as they are taken. The buffers are plain memory: they need no release. A connection that breaks
     * is replaced only where the server says that the rest still belongs to the same file (by a strong {@code ETag}); else
     * the stream fails. It completes only when all bytes were there. 404 where there is no file.
     */
    public Flux<DataBuffer> download(String path) {
        return new Download(calls, sandboxId, path)
                .pieces(false)
                .map(piece -> DefaultDataBufferFactory.sharedInstance.wrap(piece.bytes()));
    }

    /**
     * Copies a file to this machine: into a temporary file beside the target, which takes the target's place when all of it is
     * on the disk. A connection that breaks is replaced, from the beginning where it must be. Nothing is left where it fails
     * or is cancelled. File work is done on threads of the client's own.
     *
     * @return how many bytes it has; {@link java.io.UncheckedIOException} where this machine can't keep them
     */
    public Mono<Long> downloadTo(String path, Path target) {
        return transfers.save(new Download(calls, sandboxId, path).pieces(true), target);
    }

    /** A file's bytes; {@link SandboxTransportException.Malformed} as soon as there are more than {@code limit}. */
    public Mono<byte[]> read(String path, int limit) {
        Flux<byte[]> pieces = new Download(calls, sandboxId, path).pieces(false).map(Download.Piece::bytes);
        return Bytes.join(pieces, limit, "GET /files");
    }

    /** A file's text in UTF-8; as {@link #read}. */
    public Mono<String> readText(String path, int limit) {
        return read(path, limit).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** What is at this path; 404 where nothing is. */
    public Mono<FileInfo> stat(String path) {
        return entry(call("Stat", Map.of("path", path)).repeatable());
    }

    /** Whether anything is at this path. */
    public Mono<Boolean> exists(String path) {
        return stat(path)
                .map(found -> true)
                .onErrorResume(
                        error -> error instanceof SandboxApiException refusal && refusal.status() == 404,
                        missing -> Mono.just(false));
    }

    /** What a directory holds. */
    public Flux<FileInfo> list(String path) {
        return list(path, 1);
    }

    /** What a directory holds, and what its directories hold, so many levels deep. */
    public Flux<FileInfo> list(String path, int depth) {
        Call call = call("ListDir", Map.of("path", path, "depth", depth)).repeatable();
        return calls.json(sandboxId, call, Entries.class)
                .flatMapIterable(listed -> listed.entries == null ? List.<FileInfo.View>of() : listed.entries)
                .map(FileInfo.View::toInfo);
    }

    /** Makes a directory, and those above it; 409 where it is there already. */
    public Mono<FileInfo> makeDir(String path) {
        return entry(call("MakeDir", Map.of("path", path)));
    }

    /** Moves or renames; what is at the new path is replaced. */
    public Mono<FileInfo> move(String from, String to) {
        return entry(call("Move", Map.of("source", from, "destination", to)));
    }

    /** Removes a file, or a directory with all that it holds; does nothing where there is none. */
    public Mono<Void> remove(String path) {
        return calls.inside(sandboxId, call("Remove", Map.of("path", path)).repeatable(), Answer::nothing);
    }

    private Mono<FileInfo> entry(Call call) {
        return calls.json(sandboxId, call, OfEntry.class)
                .map(answer -> Wire.required(answer.entry, "entry", call.name()).toInfo());
    }

    private Call call(String method, Map<String, Object> message) {
        return Call.post(SERVICE + method).json(message).inside(sandboxId);
    }
}

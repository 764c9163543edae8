package dev.sandbar.session.tool;

import dev.sandbar.runtime.FileEntry;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Makes a file, or replaces one that the session knows. */
final class WriteTool implements Tool<WriteTool.Call> {

    /** Bytes of a file that is written at once. */
    static final int MOST = 4 << 20;

    private final FileAccess files;

    WriteTool(FileAccess files) {
        this.files = files;
    }

    @SuppressWarnings("ArrayRecordComponent") // handed through untouched, never compared
    record Call(String path, byte[] content) {}

    @Override
    public ToolDescription description() {
        return Descriptions.WRITE;
    }

    @Override
    public Call parse(Arguments arguments) {
        String path = arguments.path("path");
        if (path.endsWith("/")) throw new ToolArgumentException("\"path\" must name a file, not a directory");
        byte[] content = arguments.text("content").getBytes(StandardCharsets.UTF_8);
        if (content.length > MOST) {
            throw new ToolArgumentException(
                    "\"content\" has " + content.length + " bytes, so nothing was written. " + Tools.IN_PARTS);
        }
        return new Call(Home.absolute(path), content);
    }

    @Override
    public Flux<ToolEvent> run(ToolSandbox sandbox, ReadFiles seen, Call call) {
        Mono<ToolResult> work = files.find(sandbox, call.path())
                .flatMap(place -> files.inTurn(sandbox, place, write(sandbox, seen, call, place)));
        return files.call(call.path(), work);
    }

    private Mono<ToolResult> write(ToolSandbox sandbox, ReadFiles seen, Call call, Place place) {
        return Mono.defer(() -> files.replace(sandbox.agent(), place, expected(seen, call, place), call.content()))
                .then(canonical(sandbox, call, place))
                .map(written -> {
                    seen.put(written, ContentHash.of(call.content()));
                    return done(call);
                });
    }

    private static @Nullable String expected(ReadFiles seen, Call call, Place place) {
        FileEntry entry = place.entry();
        if (entry == null) {
            Rights.WRITE.require(place.directory());
            return null;
        }
        if (entry.type() == FileEntry.Type.DIRECTORY) throw new ToolFailure("Is a directory: " + call.path());
        if (entry.type() != FileEntry.Type.FILE) throw new ToolFailure("Not an ordinary file: " + call.path());
        Rights.WRITE.require(entry);
        String hash = seen.get(place.canonical());
        if (hash == null) throw new ToolFailure(unread(call));
        return hash;
    }

    private static String unread(Call call) {
        return "File " + call.path()
                + " exists but has not been read this session. Read it first; then write it, or use edit for "
                + "targeted changes.";
    }

    /** Of a link to nowhere it is known only now where the file is. */
    private Mono<String> canonical(ToolSandbox sandbox, Call call, Place place) {
        return place.entry() == null
                ? files.find(sandbox, call.path()).map(Place::canonical)
                : Mono.just(place.canonical());
    }

    private static ToolResult done(Call call) {
        return ToolResult.done(String.format(Locale.ROOT, "Wrote %d bytes to %s", call.content().length, call.path()));
    }
}

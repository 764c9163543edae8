package dev.sandbar.session.tool;

import dev.sandbar.async.Budget;
import dev.sandbar.async.Permit;
import dev.sandbar.runtime.FileEntry;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Changes parts of a file that the session knows. */
final class EditTool implements Tool<EditCall> {

    static final int LARGEST = 4 << 20;

    /** Bytes in memory for each byte of the file: the text, a folded one, and two offsets for each of its characters. */
    private static final int WEIGHT = 16;

    private final FileAccess files;
    private final Budget memory;

    EditTool(FileAccess files, Budget memory) {
        this.files = files;
        this.memory = memory;
    }

    @Override
    public ToolDescription description() {
        return Descriptions.EDIT;
    }

    @Override
    public EditCall parse(Arguments arguments) {
        return EditCall.of(arguments);
    }

    @Override
    public Flux<ToolEvent> run(ToolSandbox sandbox, ReadFiles seen, EditCall call) {
        Mono<ToolResult> work = files.find(sandbox, call.path())
                .flatMap(place -> files.inTurn(sandbox, place, edit(sandbox, seen, call, place)));
        return files.call(call.path(), work);
    }

    private Mono<ToolResult> edit(ToolSandbox sandbox, ReadFiles seen, EditCall call, Place place) {
        return Mono.using(
                () -> room(FileAccess.readable(place, call.path())),
                room -> change(sandbox, seen, call, place),
                Permit::close);
    }

    private Permit room(FileEntry entry) {
        Rights.WRITE.require(entry);
        if (entry.size() > LARGEST) {
            throw new ToolFailure("The file is too large to be edited, over " + (LARGEST >> 20)
                    + " MiB. Use bash, for example with sed.");
        }
        Permit permit = memory.take(WEIGHT * entry.size() + 4L * Edited.MOST_GROWTH);
        if (permit == null) throw new RejectedExecutionException("there is no memory for another edit at the moment");
        return permit;
    }

    private Mono<ToolResult> change(ToolSandbox sandbox, ReadFiles seen, EditCall call, Place place) {
        return content(sandbox, call, place).flatMap(old -> {
            String expected = ContentHash.of(old);
            checkSeen(seen.get(place.canonical()), expected, call, place);
            Edited edited = Edited.of(Octets.of(old), call);
            byte[] content = Octets.bytes(edited.text());
            return files.replace(sandbox.agent(), place, expected, content).map(entry -> {
                seen.put(place.canonical(), ContentHash.of(content));
                return done(call, edited);
            });
        });
    }

    private Mono<byte[]> content(ToolSandbox sandbox, EditCall call, Place place) {
        return files.bytes(sandbox.agent(), place, LARGEST + 1L)
                .reduceWith(ByteArrayOutputStream::new, EditTool::append)
                .map(ByteArrayOutputStream::toByteArray)
                .filter(bytes -> bytes.length <= LARGEST)
                .switchIfEmpty(
                        Mono.error(() -> new ToolFailure("The file grows too fast to be edited: " + call.path())));
    }

    private static ByteArrayOutputStream append(ByteArrayOutputStream all, byte[] piece) {
        all.writeBytes(piece);
        return all;
    }

    private static void checkSeen(@Nullable String known, String now, EditCall call, Place place) {
        if (known == null) {
            throw new ToolFailure("File " + call.path() + " has not been read this session. Read it first.");
        }
        if (!known.equals(now)) throw FileAccess.changed(place);
    }

    private static ToolResult done(EditCall call, Edited edited) {
        String replacements = edited.count() == 1 ? "1 replacement" : edited.count() + " replacements";
        return ToolResult.done("Edited " + call.path() + " (" + replacements + ")" + edited.note());
    }
}

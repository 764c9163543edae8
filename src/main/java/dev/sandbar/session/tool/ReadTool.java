package dev.sandbar.session.tool;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Shows a file's lines with their numbers; what was read as a whole may be changed afterwards. */
final class ReadTool implements Tool<ReadCall> {

    private final FileAccess files;

    ReadTool(FileAccess files) {
        this.files = files;
    }

    @Override
    public ToolDescription description() {
        return Descriptions.READ;
    }

    @Override
    public ReadCall parse(Arguments arguments) {
        return ReadCall.of(arguments);
    }

    @Override
    public Flux<ToolEvent> run(ToolSandbox sandbox, ReadFiles seen, ReadCall call) {
        return files.call(
                call.path(), files.find(sandbox, call.path()).flatMap(place -> read(sandbox, seen, call, place)));
    }

    /** All of it, also where a few lines are asked for: its hash is that of everything. */
    private Mono<ToolResult> read(ToolSandbox sandbox, ReadFiles seen, ReadCall call, Place place) {
        FileAccess.readable(place, call.path());
        return files.bytes(sandbox.agent(), place, FileAccess.LARGEST + 1L)
                .reduceWith(() -> new Reading(call), Reading::take)
                .map(reading -> reading.end(seen, place));
    }

    /** What was read so far. */
    private static final class Reading {
        private static final int LOOKED_AT = 8000;

        private final ReadCall call;
        private final LineView view;
        private final ContentHash hash = new ContentHash();
        private long bytes;

        Reading(ReadCall call) {
            this.call = call;
            this.view = new LineView(call);
        }

        Reading take(byte[] piece) {
            refuseBinary(piece);
            bytes += piece.length;
            view.take(piece);
            hash.add(piece);
            return this;
        }

        private void refuseBinary(byte[] piece) {
            for (int i = 0; i < piece.length && bytes + i < LOOKED_AT; i++) {
                if (piece[i] == 0) {
                    throw new ToolFailure("Not a text file (it holds NUL bytes): " + call.path()
                            + ". Use bash, for example with file, xxd or iconv.");
                }
            }
        }

        ToolResult end(ReadFiles seen, Place place) {
            view.end();
            if (bytes > FileAccess.LARGEST) {
                throw new ToolFailure("The file is too large to be read, over " + (FileAccess.LARGEST >> 20) + " MiB: "
                        + call.path() + ". Use bash, for example with sed -n, head or grep.");
            }
            seen.put(place.canonical(), hash.end());
            return new ToolResult(true, view.text(), null, null, null, view.isTruncated(), null);
        }
    }
}

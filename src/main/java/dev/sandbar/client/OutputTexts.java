package dev.sandbar.client;

import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;

/**
 * Gives the pieces of one command's output their texts: a character that is cut goes to the piece with its last byte, and
 * what is still cut at the end, or before a gap, gets a piece of its own. For one reader.
 */
final class OutputTexts {

    private static final byte[] NOTHING = {};

    private final TextDecoder stdout = new TextDecoder();
    private final TextDecoder stderr = new TextDecoder();

    /** The same output with its texts, as fast as it is asked for. */
    static Flux<CommandOutput> of(Flux<CommandOutput> output) {
        return Flux.defer(() -> {
            OutputTexts texts = new OutputTexts();
            return output.concatMapIterable(texts::take, 1);
        });
    }

    private List<CommandOutput> take(CommandOutput output) {
        if (output instanceof CommandOutput.Stdout piece) return List.of(text(piece));
        if (output instanceof CommandOutput.Stderr piece) return List.of(text(piece));
        return output instanceof CommandOutput.Pty ? List.of(output) : behindTheRest(output);
    }

    private CommandOutput text(CommandOutput.Stdout piece) {
        return new CommandOutput.Stdout(piece.seq(), piece.bytes(), stdout.take(piece.bytes()));
    }

    private CommandOutput text(CommandOutput.Stderr piece) {
        return new CommandOutput.Stderr(piece.seq(), piece.bytes(), stderr.take(piece.bytes()));
    }

    /** The rest has the number of what was before, so that whoever goes on behind it misses nothing. */
    private List<CommandOutput> behindTheRest(CommandOutput output) {
        List<CommandOutput> all = new ArrayList<>();
        long before = Math.max(0, output.seq() - 1);
        String out = stdout.end();
        String err = stderr.end();
        if (!out.isEmpty()) all.add(new CommandOutput.Stdout(before, NOTHING, out));
        if (!err.isEmpty()) all.add(new CommandOutput.Stderr(before, NOTHING, err));
        all.add(output);
        return all;
    }
}

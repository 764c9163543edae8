package dev.sandbar.client;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** What a command writes, up to a bound, while it comes. For one reader. */
final class Collected {

    private final String id;
    private final int most;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private boolean truncated;
    private CommandOutput.@Nullable End end;

    Collected(String id, int most) {
        this.id = id;
        this.most = most;
    }

    Collected add(CommandOutput output) {
        if (output instanceof CommandOutput.Stdout piece) keep(stdout, piece.bytes());
        else if (output instanceof CommandOutput.Stderr piece) keep(stderr, piece.bytes());
        else if (output instanceof CommandOutput.Pty piece) keep(stdout, piece.bytes());
        else if (output instanceof CommandOutput.Gap) truncated = true;
        else if (output instanceof CommandOutput.End last) end = last;
        return this;
    }

    private void keep(ByteArrayOutputStream kept, byte[] bytes) {
        int count = Math.min(bytes.length, most - kept.size());
        kept.write(bytes, 0, count);
        if (count < bytes.length) truncated = true;
    }

    CommandResult result() {
        CommandOutput.End last = Wire.required(end, "end", "A command");
        return new CommandResult(id, stdout.toByteArray(), stderr.toByteArray(), last, truncated);
    }
}

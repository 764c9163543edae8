package dev.sandbar.command;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command as it is recorded: when it is about to be started, and again when it has ended. Its environment is not.
 *
 * @param state as it was then; {@link CommandState.Starting} for every one that has not ended
 * @param entries pieces of output that it had, kept or not
 */
record CommandRecord(
        String sandboxId,
        String id,
        CommandRequest request,
        Instant createdAt,
        CommandState state,
        long pid,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        long entries,
        OutputCodec.Tail tail) {}

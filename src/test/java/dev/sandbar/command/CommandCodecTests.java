package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.FileOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommandCodecTests {

    private static final Instant BEGIN = Instant.ofEpochMilli(1_000_000);
    private static final OutputCodec.Tail TAIL = new OutputCodec.Tail(30, 20, 10);

    private final CommandCodec codec = new CommandCodec();

    private static CommandRequest request(@Nullable String tag, List<String> args) {
        FileOwner owner = new FileOwner(1001, 1002);
        return new CommandRequest(
                "sh", args, Map.of(), "/home", owner, true, Duration.ofMillis(1500), tag, "one", OnDisconnect.CANCEL);
    }

    private static CommandRecord record(CommandState state, @Nullable Instant started, @Nullable Instant ended) {
        boolean over = state.ended();
        return new CommandRecord(
                "s",
                "one",
                request("t", List.of("-c", "true")),
                BEGIN,
                state,
                7,
                started,
                ended,
                over ? 3 : 0,
                over ? TAIL : OutputCodec.Tail.NONE);
    }

    static List<CommandState> ends() {
        return List.of(
                new CommandState.Exited(3, Cause.TIMEOUT),
                new CommandState.Signalled(9, Cause.CLIENT),
                new CommandState.Failed("no such program"),
                new CommandState.Gone(Cause.SANDBOX_EXPIRED));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void endedCommandIsReadAsItWasRecorded(CommandState end) {
        CommandRecord record = record(end, BEGIN.plusMillis(5), BEGIN.plusMillis(9));
        assertThat(codec.decode(codec.encode(record))).isEqualTo(record);
    }

    @Test
    void commandThatHasNotEndedIsReadAsItWasRecorded() {
        CommandRecord starting = record(new CommandState.Starting(), null, null);
        assertThat(codec.decode(codec.encode(starting))).isEqualTo(starting);
        CommandRecord begun = record(new CommandState.Starting(), BEGIN.plusMillis(5), null);
        assertThat(codec.decode(codec.encode(begun))).isEqualTo(begun);
    }

    @Test
    void argumentsAreKeptAsFarAsTheyFit() {
        String half = "a".repeat(16 * 1024);
        assertThat(CommandCodec.bounded(List.of(half, "b"))).containsExactly(half, "b");
        String rest = "c".repeat(16 * 1024 - 1);
        assertThat(CommandCodec.bounded(List.of(half, rest, "d"))).containsExactly(half, rest);
        assertThat(CommandCodec.bounded(List.of(half, rest + "cc", "d"))).containsExactly(half, rest);
        String almost = rest.substring(2);
        assertThat(CommandCodec.bounded(List.of(half, almost, "d"))).containsExactly(half, almost, "d");
    }
}

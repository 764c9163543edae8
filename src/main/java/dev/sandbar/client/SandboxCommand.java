package dev.sandbar.client;

import java.time.Duration;
import java.util.Arrays;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One command, by its id: it belongs to the sandbox, so that it can be read by anybody who knows the id, at any time.
 * All publishers are lazy; none ends the command by being cancelled.
 *
 * <pre>{@code
 * sandbox.commands().start(CommandSpec.of("cat").withInput())
 *     .flatMapMany(cat -> cat.send("hello\n".getBytes(UTF_8)).then(cat.closeInput()).thenMany(cat.output()))
 * }</pre>
 */
public final class SandboxCommand {

    private static final int PIECE = 32 * 1024;

    private final String id;
    private final CommandWire wire;

    SandboxCommand(String id, CommandWire wire) {
        this.id = id;
        this.wire = wire;
    }

    public String id() {
        return id;
    }

    /** All that is kept of its output, and what comes, up to its {@link CommandOutput.End}. */
    public Flux<CommandOutput> output() {
        return output(0);
    }

    /**
     * What comes behind a piece of output, up to the end, as {@link SandboxCommands#stream} tells it. Nothing comes behind
     * the end itself. With E2B's protocol what was before can't be had: it begins with a {@link CommandOutput.Gap}.
     *
     * @param after the {@link CommandOutput#seq} of the last piece that is known
     */
    public Flux<CommandOutput> output(long after) {
        return OutputTexts.of(wire.output(id, after));
    }

    /**
     * Sends bytes to its standard input. Not tried again where it isn't known whether they arrived: it then fails with
     * {@link SandboxTransportException}.
     */
    public Mono<Void> send(byte[] bytes) {
        return Flux.range(0, (bytes.length + PIECE - 1) / PIECE)
                .concatMap(piece -> wire.send(id, piece(bytes, piece)), 0)
                .then();
    }

    private static byte[] piece(byte[] bytes, int index) {
        int from = index * PIECE;
        return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PIECE));
    }

    /** Sends a stream to its standard input, one buffer behind the other; each is released. Leaves the input open. */
    public Mono<Void> send(Flux<? extends DataBuffer> pieces) {
        return pieces.map(Bytes::drain).concatMap(this::send, 1).then();
    }

    /** Nothing more comes on its standard input. */
    public Mono<Void> closeInput() {
        return wire.closeInput(id);
    }

    /** Sends it a signal; 404 where it has ended. Not tried again where it isn't known whether it arrived. */
    public Mono<Void> signal(CommandSignal signal) {
        return wire.signal(id, signal);
    }

    /**
     * Asks it to end, and ends it with all that it started when the grace is over. With Sandbar's protocol it completes
     * when nothing of it is left.
     *
     * @param grace in whole seconds, at most ten minutes; zero for none
     */
    public Mono<Void> kill(Duration grace) {
        return wire.kill(id, grace);
    }

    /** What is known of it now; 404 where nothing is. */
    public Mono<CommandInfo> info() {
        return wire.get(id);
    }
}

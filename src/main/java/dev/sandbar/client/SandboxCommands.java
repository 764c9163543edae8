package dev.sandbar.client;

import dev.sandbar.client.CommandOutput.End;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The commands of one sandbox. All publishers are lazy, do their work anew for each subscription, and emit on the network's
 * event loops, which must not be blocked. They fail with {@link SandboxApiException} or {@link SandboxTransportException}.
 *
 * <p>A start carries an id that the client has made, so that one that was sent twice, since its answer was lost, runs once.
 *
 * <pre>{@code
 * sandbox.commands().run(CommandSpec.shell("ls -l")).map(CommandResult::stdoutText)
 *
 * sandbox.commands().stream(CommandSpec.shell("make")).doOnNext(output -> {
 *     if (output instanceof CommandOutput.Stdout stdout) System.out.print(stdout.text());
 * })
 * }</pre>
 */
public final class SandboxCommands {

    private static final int MOST_OUTPUT = 4 * 1024 * 1024;

    private final CommandWire wire;

    SandboxCommands(CommandWire wire) {
        this.wire = wire;
    }

    /** Starts a command and is done as soon as it runs. Cancelling leaves it open whether it was started. */
    public Mono<SandboxCommand> start(CommandSpec spec) {
        return Mono.defer(() -> {
            String id = id(spec);
            return wire.start(id, spec).thenReturn(attach(id));
        });
    }

    /**
     * Starts a command and reads it to its end, as fast as the subscriber takes it: a slow one slows the command. A
     * connection that breaks is replaced behind the last piece that came, so that none is lost or told twice; where that
     * can't be done before the total deadline, the stream fails. It completes behind the {@link End} only.
     *
     * <p>Cancelling ends the reading, not the command, unless the command was {@linkplain CommandSpec#cancelledWithReader
     * started so}.
     */
    public Flux<CommandOutput> stream(CommandSpec spec) {
        return Flux.defer(() -> OutputTexts.of(wire.stream(id(spec), spec)));
    }

    /** Runs a command to its end and keeps up to 4 MiB of each of its outputs, from the beginning. */
    public Mono<CommandResult> run(CommandSpec spec) {
        return run(spec, MOST_OUTPUT);
    }

    /**
     * Runs a command to its end. Cancelling ends the waiting, not the command.
     *
     * @param most bytes of each output that are kept; the rest is read and dropped, and the result says so
     */
    public Mono<CommandResult> run(CommandSpec spec, int most) {
        return Mono.defer(() -> {
            String id = id(spec);
            return wire.stream(id, spec)
                    .reduceWith(() -> new Collected(id, most), Collected::add)
                    .map(Collected::result);
        });
    }

    private static String id(CommandSpec spec) {
        return spec.id() == null ? Ids.fresh() : spec.id();
    }

    /** The command of this id; asks nobody whether there is one. */
    public SandboxCommand attach(String id) {
        return new SandboxCommand(id, wire);
    }

    /** The command of this id as it is now. */
    public Mono<CommandInfo> get(String id) {
        return wire.get(id);
    }

    /** All that are known, the newest first; each page is asked for when it is wanted. */
    public Flux<CommandInfo> list() {
        return wire.list();
    }
}

package dev.sandbar.session.tool;

import dev.sandbar.command.Command;
import dev.sandbar.command.CommandEvent;
import dev.sandbar.command.CommandEvent.Ended;
import dev.sandbar.command.CommandEvent.Gap;
import dev.sandbar.command.CommandEvent.Output;
import dev.sandbar.command.CommandException;
import dev.sandbar.command.Position;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.FileWrite;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * One command of {@code bash}, from its start to its result. Its output is shown as it comes; when there is too much to be
 * shown, its bytes are at the same time streamed back into a file of the sandbox, which is there as a whole at the end.
 *
 * <p>For one subscriber; events come one at a time.
 */
final class BashRun {

    static final String DIRECTORY = Home.PATH + "/.bash_output/";
    private static final Duration LATEST_END = Duration.ofSeconds(60);
    private static final int PRIVATE = 0600;

    private final ToolSandbox sandbox;
    private final BashCall call;
    private final Scheduler timer;
    private final TextDecoder decoder = new TextDecoder();
    private final EscapeFilter filter = new EscapeFilter();
    private final OutputView view = new OutputView();
    private final RawOutput raw = new RawOutput();
    private long offset;
    private volatile @Nullable Ended ended;
    private volatile @Nullable Broken broken;
    private @Nullable String file;
    private String where = "The full output was not kept";

    BashRun(ToolSandbox sandbox, BashCall call, Scheduler timer) {
        this.sandbox = sandbox;
        this.call = call;
        this.timer = timer;
    }

    /** A part of the output: as it was written, as it is shown, and whether the file is needed. */
    @SuppressWarnings("ArrayRecordComponent") // handed through untouched, never compared
    private record Piece(byte[] bytes, String text, boolean tooMuch) {}

    /** Whether nothing is left to be ended: the command's end was seen, or it is to go on without the service. */
    boolean isOver() {
        Broken seen = broken;
        return ended != null || (seen != null && seen.goesOn());
    }

    /** A reader that was held up for too long goes on where it was. */
    Flux<ToolEvent> events(Command command) {
        return Flux.defer(() -> command.follow(Position.after(offset)))
                .retryWhen(Retry.indefinitely().filter(CommandException.ReaderTooSlow.class::isInstance))
                .takeUntilOther(Mono.delay(call.timeout().plus(LATEST_END), timer))
                .mapNotNull(this::piece)
                .publish(pieces -> Flux.merge(1, shown(pieces), kept(pieces, command.id())), 1)
                .onErrorResume(CommandException.class, error -> interrupted(error, command))
                .concatWith(Mono.fromSupplier(this::end));
    }

    private Flux<ToolEvent> shown(Flux<Piece> pieces) {
        return pieces.filter(piece -> !piece.text().isEmpty()).map(piece -> new ToolEvent.Output(piece.text()));
    }

    private Flux<ToolEvent> kept(Flux<Piece> pieces, String id) {
        return pieces.concatMapIterable(piece -> raw.take(piece.bytes(), piece.tooMuch()), 1)
                .switchOnFirst((first, all) -> first.hasValue() ? keep(all, DIRECTORY + id + ".txt") : Mono.empty())
                .thenMany(Flux.empty());
    }

    private Mono<Void> keep(Flux<byte[]> bytes, String path) {
        Agent agent = sandbox.agent();
        return agent.write(new FileWrite(path, FileOwner.USER, PRIVATE, Map.of()), bytes)
                .timeout(call.timeout().plus(LATEST_END), timer)
                .doOnNext(entry -> noteKept(path))
                .then()
                .onErrorResume(AgentException.class, error -> noteNotKept(error.getMessage()))
                .onErrorResume(AgentGoneException.class, error -> noteNotKept(error.getMessage()))
                .onErrorResume(TimeoutException.class, error -> noteNotKept("it took too long"));
    }

    private void noteKept(String path) {
        file = path;
        String what = raw.isCut() ? "The first " + (RawOutput.MOST >> 20) + " MiB are" : "The full output is";
        where = (isOver() ? what : "What was seen of it is") + " in " + path + ": use read with offset and limit";
    }

    private Mono<Void> noteNotKept(@Nullable String why) {
        where = "The full output could not be kept: " + why;
        return Mono.empty();
    }

    private @Nullable Piece piece(CommandEvent event) {
        if (event instanceof Output output) {
            offset = output.end();
            return piece(output.bytes(), filter.take(decoder.take(output.bytes())));
        }
        if (event instanceof Gap gap) return gap(gap);
        if (!(event instanceof Ended last)) return null;
        ended = last;
        return piece(new byte[0], filter.take(decoder.end()) + filter.end());
    }

    private Piece gap(Gap gap) {
        if (gap.offset() >= 0) offset = gap.offset() + gap.lost();
        String text = "\n[" + (gap.lost() < 0 ? "Some" : gap.lost()) + " bytes of output were lost here]\n";
        return piece(text.getBytes(StandardCharsets.UTF_8), text);
    }

    private Piece piece(byte[] bytes, String text) {
        view.take(text);
        return new Piece(bytes, text, view.isTruncated());
    }

    private Flux<ToolEvent> interrupted(CommandException error, Command command) {
        broken = Broken.of(error, command.pid(), call.timeout());
        return Flux.empty();
    }

    private ToolEvent end() {
        Ended last = ended;
        Broken seen = broken == null ? Broken.NO_END : broken;
        String error = last == null ? seen.error() : BashEnds.error(last, call.timeout());
        return new ToolEvent.End(new ToolResult(
                error == null,
                view.text(where),
                error,
                last == null ? null : last.exitCode(),
                last == null ? seen.cause() : last.cause().wireName(),
                view.isTruncated(),
                file));
    }
}

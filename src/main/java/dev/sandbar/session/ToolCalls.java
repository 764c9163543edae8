package dev.sandbar.session;

import dev.sandbar.command.CommandException;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.sandbox.SandboxException;
import dev.sandbar.session.tool.OutputSoFar;
import dev.sandbar.session.tool.ToolDescription;
import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.session.tool.ToolResult;
import dev.sandbar.session.tool.ToolSandbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Runs tools in a session: gets them a sandbox, tells of them in its events, ends them when it is interrupted. */
final class ToolCalls {

    private static final Logger log = LoggerFactory.getLogger(ToolCalls.class);
    private static final String SILENT =
            "The sandbox doesn't answer, so that the end of this call is not known. Where it is"
                    + " gone, the next call gets another one and says so.";
    private static final Duration PROGRESS = Duration.ofSeconds(5);
    private static final int TRIES = 3;

    private final Parts parts;
    private final Using using;
    private final Providing providing;
    private final ToolRunner runner;
    private final CreateTool create;

    ToolCalls(Parts parts, Using using, Providing providing, ToolRunner runner, CreateTool create) {
        this.parts = parts;
        this.using = using;
        this.providing = providing;
        this.runner = runner;
        this.create = create;
    }

    List<ToolDescription> descriptions() {
        List<ToolDescription> all = new ArrayList<>(runner.descriptions());
        all.add(create.description());
        return List.copyOf(all);
    }

    /** Lazy; cancelling ends what runs. Fails with what the arguments lack before anything is done. */
    Flux<ToolEvent> call(Entry entry, String name, JsonNode arguments) {
        return Flux.defer(() -> {
            check(name, arguments);
            ToolStory story = new ToolStory(parts, entry, name);
            return Flux.using(
                    entry.calls()::enter, run -> told(entry, story, run, name, arguments), entry.calls()::leave);
        });
    }

    private void check(String name, JsonNode arguments) {
        boolean known = descriptions().stream().anyMatch(tool -> tool.name().equals(name));
        if (!known) throw new SessionException.Invalid("There is no tool \"" + name + "\"");
        if (name.equals(CreateTool.NAME)) create.check(arguments);
        else runner.check(name, arguments);
    }

    private Flux<ToolEvent> told(Entry entry, ToolStory story, Runs.Run run, String name, JsonNode arguments) {
        OutputSoFar output = new OutputSoFar();
        Flux<ToolEvent> events = using.use(entry)
                .then(story.started(arguments))
                .thenMany(Flux.defer(() -> work(entry, story, name, arguments)))
                .takeUntilOther(run.stopped())
                .doOnNext(output::take)
                .onErrorResume(error -> cut(entry, story, output, error));
        return ended(events, run, output)
                .concatMap(story::told, 1)
                .doOnError(story::failed)
                .doOnCancel(story::left)
                .doFinally(signal -> entry.used(parts.now()));
    }

    private Flux<ToolEvent> work(Entry entry, ToolStory story, String name, JsonNode arguments) {
        return name.equals(CreateTool.NAME)
                ? create.call(entry, arguments)
                : inSandbox(entry, story, name, arguments, TRIES);
    }

    /** What was printed is kept whatever cuts the call; what fails before anything was is the caller's to handle. */
    private static Flux<ToolEvent> cut(Entry entry, ToolStory story, OutputSoFar output, Throwable error) {
        if (error instanceof SessionException.NoSandbox) return Flux.just(failed(error, "no-sandbox"));
        if (error instanceof CutException cut)
            return Flux.just(output.cut(cut.why().error(), cut.why().cause()));
        if (error instanceof AgentGoneException) return Flux.just(output.cut(SILENT, "sandbox-silent"));
        if (error instanceof CommandException.SandboxEnded gone) {
            String cause = gone.why().wireName();
            return Flux.just(output.cut("The sandbox ended meanwhile (" + cause + ")", cause));
        }
        if (!story.isInSandbox() || !output.isThere()) return Flux.error(error);
        log.warn("A tool of session {} failed", entry.id(), error);
        return Flux.just(output.cut(Words.reason(error), "failed"));
    }

    /** Exactly one end, whatever the work does. */
    private static Flux<ToolEvent> ended(Flux<ToolEvent> events, Runs.Run run, OutputSoFar output) {
        AtomicBoolean ended = new AtomicBoolean();
        Flux<ToolEvent> last = Flux.defer(() -> ended.get() ? Flux.empty() : Flux.just(withoutEnd(run, output)));
        return events.takeUntil(event -> event instanceof ToolEvent.End)
                .doOnNext(event -> ended.compareAndSet(false, event instanceof ToolEvent.End))
                .concatWith(last);
    }

    private static ToolEvent withoutEnd(Runs.Run run, OutputSoFar output) {
        Cut cut = run.cut();
        return cut == null ? output.cut("The tool gave no result", null) : output.cut(cut.error(), cut.cause());
    }

    /** Says every few seconds what it waits for, where there is no sandbox at once. */
    private Flux<ToolEvent> inSandbox(Entry entry, ToolStory story, String name, JsonNode arguments, int tries) {
        Flux<ToolEvent> waits = Flux.interval(Duration.ZERO, PROGRESS)
                .filter(beat -> entry.now().slot().state() != SlotState.READY)
                .map(beat -> waiting(entry.now().slot()));
        return providing
                .ready(entry)
                .flux()
                .publish(ready -> Flux.merge(
                        waits.takeUntilOther(ready.ignoreElements()),
                        ready.concatMap(session -> run(entry, story, session, name, arguments, tries))));
    }

    private ToolEvent waiting(Slot slot) {
        String what = slot.state() == SlotState.REPLACING ? "replaced" : "created";
        return new ToolEvent.Progress(
                "The sandbox is being " + what + " (" + Times.seconds(slot.since(), parts.now()) + ")");
    }

    /** It may have been taken away between being had and being entered. */
    private Flux<ToolEvent> run(
            Entry entry, ToolStory story, Session session, String name, JsonNode arguments, int tries) {
        return Flux.using(
                entry.works()::enter,
                work -> {
                    Slot now = entry.now().slot();
                    String id = Objects.requireNonNull(session.slot().sandboxId());
                    Agent agent = now.state() == SlotState.READY && now.has(id) ? agent(id) : null;
                    if (agent == null) {
                        entry.works().leave(work);
                        return tries > 0 ? inSandbox(entry, story, name, arguments, tries - 1) : Flux.error(taken());
                    }
                    story.inSandbox(id);
                    ToolSandbox sandbox =
                            new ToolSandbox(id, agent, session.terms().environment());
                    return runner.call(sandbox, entry.seen(id), name, arguments)
                            .takeUntilOther(work.stopped())
                            .concatWith(Mono.defer(() -> CutException.of(work)));
                },
                entry.works()::leave);
    }

    /** Null where the sandbox has ended, which its slot may not know yet. */
    private @Nullable Agent agent(String id) {
        try {
            return parts.sandboxes().agent(id);
        } catch (SandboxException.NotFound ended) {
            return null;
        }
    }

    private static SessionException taken() {
        return new SessionException.NoSandbox("The sandbox was taken away again and again. Try again.");
    }

    static ToolEvent failed(Throwable error, @Nullable String cause) {
        return failed(String.valueOf(error.getMessage()), cause);
    }

    private static ToolEvent failed(String message, @Nullable String cause) {
        return new ToolEvent.End(new ToolResult(false, "", message, null, cause, false, null));
    }
}

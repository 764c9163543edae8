package dev.sandbar.session;

import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.session.tool.ToolResult;
import dev.sandbar.store.Change;
import dev.sandbar.store.StoreException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * Tells of one tool call in the session's events. Of long output the first part is told there; the caller gets all of it.
 * Output that can't be recorded is lost, and the call goes on; its end is recorded once, if need be by the next run.
 */
final class ToolStory {

    private static final Logger log = LoggerFactory.getLogger(ToolStory.class);
    private static final int PIECE = 8_000;
    private static final int MOST = 256 * 1024;
    private static final int ARGUMENTS = 4_000;

    private final AtomicBoolean over = new AtomicBoolean();
    private final Parts parts;
    private final Entry entry;
    private final String tool;
    private final String id;
    private int told;
    private volatile boolean begun;
    private volatile long recordedAt = Change.ANY;
    private volatile @Nullable String sandboxId;

    ToolStory(Parts parts, Entry entry, String tool) {
        this.parts = parts;
        this.entry = entry;
        this.tool = tool;
        this.id = parts.ids().next(Ids.TOOL_CALL);
    }

    /** A session that can't record it doesn't begin. That it goes on is recorded too, for whoever comes after a crash. */
    Mono<Void> started(JsonNode arguments) {
        Map<String, Object> data = data("arguments", cut(arguments.toString(), ARGUMENTS));
        return Mono.defer(() -> {
            begun = true;
            return parts.changes()
                    .tell(entry, "tool.start", data, CallRecord.put(id, entry.id(), tool))
                    .doOnNext(version -> recordedAt = version)
                    .then();
        });
    }

    /** What happens from now on happens in this sandbox, so that its result has to say what is new about that one. */
    void inSandbox(String id) {
        sandboxId = id;
    }

    boolean isInSandbox() {
        return sandboxId != null;
    }

    /** The same event, when it was told. */
    Mono<ToolEvent> told(ToolEvent event) {
        if (event instanceof ToolEvent.Output output)
            return output(output.text()).thenReturn(event);
        if (event instanceof ToolEvent.End end) return end(end);
        return Mono.just(event);
    }

    private Mono<Void> output(String text) {
        if (told >= MOST) return Mono.empty();
        String first = Texts.first(text, MOST - told);
        told += first.length() < text.length() ? MOST : first.length();
        Flux<Map<String, Object>> pieces =
                Flux.fromIterable(Texts.pieces(first, PIECE)).map(piece -> data("text", piece));
        Flux<Map<String, Object>> rest = told < MOST ? Flux.empty() : Flux.just(data("truncated", true));
        return pieces.concatWith(rest)
                .concatMap(
                        data -> parts.changes().tell(entry, "tool.output", data).then())
                .then()
                .onErrorResume(this::lost);
    }

    private Mono<ToolEvent> end(ToolEvent.End end) {
        if (!over.compareAndSet(false, true)) return Mono.just(end);
        String note = entry.takeNote(sandboxId);
        ToolResult result = note == null ? end.result() : noted(end.result(), note);
        Mono<Void> noteGone = note == null ? Mono.empty() : withoutNote(note);
        return ended(result).then(noteGone).thenReturn(new ToolEvent.End(result));
    }

    private Mono<Void> ended(ToolResult result) {
        Map<String, Object> data = data("success", result.success());
        put(data, "error", result.error());
        put(data, "exitCode", result.exitCode());
        put(data, "cause", result.cause());
        put(data, "outputFile", result.outputFile());
        Mono<Void> telling = Mono.defer(
                        () -> parts.changes().tellLast(entry, CallRecord.END, data, CallRecord.delete(id, recordedAt)))
                .onErrorComplete(StoreException.Conflict.class);
        return telling.onErrorResume(StoreException.class, error -> later(telling));
    }

    /** Nobody waits for it; whether it was told already is seen by the record of the call. */
    private Mono<Void> later(Mono<Void> telling) {
        Mono<Void> again = telling.retryWhen(Creating.soon()).onErrorResume(this::lost);
        parts.tasks().start("End of a tool call in session " + entry.id(), again);
        return Mono.empty();
    }

    private static ToolResult noted(ToolResult result, String note) {
        String output = result.output().isEmpty() ? note : note + "\n" + result.output();
        return new ToolResult(
                result.success(),
                output,
                result.error(),
                result.exitCode(),
                result.cause(),
                result.truncated(),
                result.outputFile());
    }

    private Mono<Void> withoutNote(String note) {
        Mono<Session> change = parts.changes().make(entry, session -> {
            boolean same = Objects.equals(session.note(), note)
                    && Objects.equals(session.slot().sandboxId(), sandboxId);
            if (!same) return null;
            Draft draft = session.edit();
            draft.note = null;
            return draft.build();
        });
        return parts.tasks()
                .start("Note of session " + entry.id(), change)
                .then()
                .onErrorResume(this::lost);
    }

    /** It failed in a way that tools don't fail. */
    void failed(Throwable error) {
        abandoned("failed", Words.reason(error));
    }

    /** Whoever called it has gone. */
    void left() {
        abandoned("cancelled", "The caller has gone");
    }

    private void abandoned(String cause, String error) {
        if (!begun || !over.compareAndSet(false, true)) return;
        ToolResult result = new ToolResult(false, "", error, null, cause, false, null);
        parts.tasks().start("Event of session " + entry.id(), ended(result));
    }

    private <T> Mono<T> lost(Throwable error) {
        log.warn("An event of session {} is lost: {}", entry.id(), error.toString());
        return Mono.empty();
    }

    private Map<String, Object> data(String name, Object value) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("toolCallID", id);
        data.put("tool", tool);
        data.put(name, value);
        return data;
    }

    private static void put(Map<String, Object> data, String name, @Nullable Object value) {
        if (value != null) data.put(name, value instanceof String text ? cut(text, ARGUMENTS) : value);
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : Texts.first(text, most) + "...";
    }
}

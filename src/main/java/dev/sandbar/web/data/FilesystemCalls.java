package dev.sandbar.web.data;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.FileEntry;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.web.connect.ArrayAnswer;
import dev.sandbar.web.connect.ConnectError;
import dev.sandbar.web.data.FilesystemMessages.ListDir;
import dev.sandbar.web.data.FilesystemMessages.Move;
import dev.sandbar.web.data.FilesystemMessages.Nothing;
import dev.sandbar.web.data.FilesystemMessages.OfEntry;
import dev.sandbar.web.data.FilesystemMessages.OfPath;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.SandboxUser;
import java.util.List;
import java.util.Objects;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code filesystem.Filesystem}: describes, lists, makes, moves and removes. */
final class FilesystemCalls {

    private static final int MOST_ENTRIES = 50_000;
    private static final long DEEPEST = 4096;

    private final Sandboxes sandboxes;
    private final List<String> users;
    private final Json json;

    FilesystemCalls(Sandboxes sandboxes, List<String> users, Json json) {
        this.json = json;
        this.sandboxes = sandboxes;
        this.users = users;
    }

    Mono<OfEntry> stat(ServerRequest request, OfPath message) {
        String path = user(request).resolve(message.path());
        return agent(request)
                .stat(path)
                .onErrorMap(AgentException.class, refusal -> PathRefusals.ofCall(refusal, path))
                .map(FilesystemCalls::answer);
    }

    ArrayAnswer list(ServerRequest request, ListDir message) {
        String path = user(request).resolve(message.path());
        Flux<EntryView> entries = agent(request)
                .list(path, depth(message))
                .map(EntryView::of)
                .onErrorMap(AgentException.class, refusal -> PathRefusals.ofCall(refusal, path));
        return new ArrayAnswer("entries", entries, MOST_ENTRIES, tooMany(), json);
    }

    private static int depth(ListDir message) {
        long depth = Objects.requireNonNullElse(message.depth(), 0L);
        if (depth < 0) throw ConnectError.invalid("\"depth\" must not be negative");
        return (int) Math.min(DEEPEST, Math.max(1, depth));
    }

    private static ConnectError tooMany() {
        return ConnectError.invalid(
                "There are more than " + MOST_ENTRIES + " entries: list a part, or with a smaller depth");
    }

    Mono<OfEntry> makeDir(ServerRequest request, OfPath message) {
        SandboxUser user = user(request);
        String path = user.resolve(message.path());
        return agent(request)
                .makeDirectory(path, user.owner())
                .onErrorMap(AgentException.class, refusal -> PathRefusals.ofCall(refusal, path))
                .map(FilesystemCalls::answer);
    }

    Mono<OfEntry> move(ServerRequest request, Move message) {
        SandboxUser user = user(request);
        String source = user.resolve(required("source", message.source()));
        String target = user.resolve(required("destination", message.destination()));
        return agent(request)
                .move(source, target, user.owner())
                .onErrorMap(AgentException.class, refusal -> PathRefusals.ofMove(refusal, source, target))
                .map(FilesystemCalls::answer);
    }

    private static String required(String field, @org.jspecify.annotations.Nullable String path) {
        if (path == null || path.isEmpty()) throw ConnectError.invalid("\"" + field + "\" is required");
        return path;
    }

    /** What isn't there is removed, but not where the name may stand for something that is: nobody knows then. */
    Mono<Nothing> remove(ServerRequest request, OfPath message) {
        String path = user(request).resolve(required("path", message.path()));
        Agent agent = agent(request);
        Mono<Void> there = PathRefusals.isLossy(path) ? agent.stat(path).then() : Mono.empty();
        return there.then(agent.remove(path))
                .onErrorMap(AgentException.class, refusal -> PathRefusals.ofCall(refusal, path))
                .thenReturn(new Nothing());
    }

    private static OfEntry answer(FileEntry entry) {
        return new OfEntry(EntryView.of(entry));
    }

    private SandboxUser user(ServerRequest request) {
        return SandboxUser.of(request, users);
    }

    private Agent agent(ServerRequest request) {
        return sandboxes.agent(Gate.sandbox(request).id());
    }
}

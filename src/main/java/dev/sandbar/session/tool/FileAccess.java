package dev.sandbar.session.tool;

import dev.sandbar.async.KeyedMutex;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.FileEntry;
import dev.sandbar.runtime.FileEvent;
import dev.sandbar.runtime.FileWrite;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Files of sandboxes, as the tools read and replace them.
 *
 * <p>A file is replaced only while it is what the caller has seen: the new content goes into a file beside it, then the
 * old one is read again, and only if it is unchanged the new one takes its place. What these tools do to one file is done
 * one after the other; a process of the sandbox can still come between the last look and the renaming, well below a
 * millisecond, which no file system can rule out.
 */
final class FileAccess {

    /** The agent's words for a socket, a device and the like. */
    private static final String NO_FILE = "not an ordinary file";

    /** Larger files aren't kept track of. */
    static final int LARGEST = 64 << 20;

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int AHEAD = 8;

    private final KeyedMutex<String> changes;
    private final Scheduler worker;
    private final Scheduler timer;

    FileAccess(KeyedMutex<String> changes, Scheduler worker, Scheduler timer) {
        this.changes = changes;
        this.worker = worker;
        this.timer = timer;
    }

    /** The work on one file, ended in time. */
    Flux<ToolEvent> call(String path, Mono<ToolResult> work) {
        return work.timeout(LIMIT, timer)
                .onErrorMap(TimeoutException.class, late -> new ToolFailure(tooLong(path)))
                .onErrorMap(AgentException.class, refusal -> explained(refusal, path))
                .<ToolEvent>map(ToolEvent.End::new)
                .flux();
    }

    private static String tooLong(String path) {
        return "It took longer than " + LIMIT.toSeconds() + " s: " + path;
    }

    private static ToolFailure explained(AgentException refusal, String path) {
        String why = String.valueOf(refusal.getMessage());
        return new ToolFailure(
                switch (refusal.code()) {
                    case NOT_FOUND -> "File not found: " + path;
                    case IS_A_DIRECTORY -> "Is a directory: " + path;
                    case NOT_A_DIRECTORY -> "A part of the path is not a directory: " + path;
                    case NOT_PERMITTED -> "Permission denied: " + path;
                    case NO_SPACE ->
                        "There is no space left for " + path + (why.contains("sandbar.") ? ": " + why : "");
                    case INVALID ->
                        why.equals(NO_FILE)
                                ? "Not an ordinary file: " + path
                                : "It can't be used: " + path + ": " + why;
                    default -> "The sandbox refused " + path + ": " + why;
                });
    }

    Mono<Place> find(ToolSandbox sandbox, String path) {
        return PathWalk.to(sandbox.agent(), path);
    }

    /** A file that may be read; {@link ToolFailure} says why not. */
    static FileEntry readable(Place place, String path) {
        FileEntry entry = place.entry();
        if (entry == null) throw new ToolFailure("File not found: " + path);
        if (entry.type() == FileEntry.Type.DIRECTORY) throw new ToolFailure("Is a directory: " + path);
        if (entry.type() != FileEntry.Type.FILE) throw new ToolFailure("Not an ordinary file: " + path);
        Rights.READ.require(entry);
        return entry;
    }

    /** At most so many of its first bytes, on the worker. */
    Flux<byte[]> bytes(Agent agent, Place place, long most) {
        return agent.read(place.canonical(), 0, most)
                .ofType(FileEvent.Bytes.class)
                .map(FileEvent.Bytes::bytes)
                .publishOn(worker, AHEAD);
    }

    /** The work, while no other tool changes this file. */
    <T> Mono<T> inTurn(ToolSandbox sandbox, Place place, Mono<T> work) {
        return changes.inTurn(sandbox.sandboxId() + ":" + place.canonical(), work);
    }

    /**
     * Puts the content in place of what is there; mode, owner and attributes stay.
     *
     * @param expected hash of what must be there, null for nothing; otherwise it fails with {@link ToolFailure}
     */
    Mono<FileEntry> replace(Agent agent, Place place, @Nullable String expected, byte[] content) {
        FileWrite file = new FileWrite(place.canonical(), place.owner(), place.mode(), place.attributes());
        Mono<byte[]> check = Mono.defer(() -> expected == null ? absent(agent, place) : same(agent, place, expected));
        return agent.write(file, Flux.just(content).concatWith(check));
    }

    private Mono<byte[]> same(Agent agent, Place place, String expected) {
        return bytes(agent, place, LARGEST + 1L)
                .reduceWith(ContentHash::new, ContentHash::add)
                .map(ContentHash::end)
                .flatMap(now -> now.equals(expected) ? Mono.empty() : Mono.error(changed(place)));
    }

    private static Mono<byte[]> absent(Agent agent, Place place) {
        return agent.stat(place.canonical())
                .filter(entry -> entry.type() != FileEntry.Type.LINK || entry.target() != null)
                .onErrorResume(AgentException.class, FileAccess::unlessMissing)
                .flatMap(entry -> Mono.error(changed(place)));
    }

    private static Mono<FileEntry> unlessMissing(AgentException refusal) {
        return refusal.code() == AgentException.Code.NOT_FOUND ? Mono.empty() : Mono.error(refusal);
    }

    static ToolFailure changed(Place place) {
        return new ToolFailure("File " + place.canonical()
                + " has changed since it was read, so nothing was written. Read it again first.");
    }
}

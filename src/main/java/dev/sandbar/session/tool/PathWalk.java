package dev.sandbar.session.tool;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.FileEntry;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Follows a path from the root, part by part, as the kernel does: links first, then dots. For one subscriber.
 *
 * <p>What it finds is a moment's truth; whoever changes something there looks again.
 */
final class PathWalk {

    private static final int MOST_LINKS = 40;

    private final Agent agent;
    private final String asked;
    private final Deque<String> ahead = new ArrayDeque<>();
    private String reached = "";
    private int links;
    private @Nullable FileEntry directory;

    private PathWalk(Agent agent, String asked) {
        this.agent = agent;
        this.asked = asked;
        push(asked);
    }

    /** Lazy. Fails with {@link ToolFailure} where the path leads through something that is no directory, or closed. */
    static Mono<Place> to(Agent agent, String absolute) {
        return Mono.defer(() -> new PathWalk(agent, absolute).fromRoot());
    }

    private Mono<Place> fromRoot() {
        return agent.stat("/").flatMap(root -> {
            reached = "";
            directory = root;
            return next(root);
        });
    }

    private void push(String path) {
        String[] parts = path.split("/", -1);
        for (int i = parts.length - 1; i >= 0; i--) {
            if (!parts[i].isEmpty() && !parts[i].equals(".")) ahead.push(parts[i]);
        }
    }

    /** From a directory that was reached. */
    private Mono<Place> next(FileEntry here) {
        Rights.SEARCH.require(here);
        directory = here;
        String part = ahead.poll();
        if (part == null) return Mono.just(new Place(reached.isEmpty() ? "/" : reached, here, here));
        if (part.equals("..")) return up();
        String path = reached + "/" + part;
        return agent.stat(path)
                .onErrorResume(AgentException.class, refusal -> missing(refusal, path))
                .flatMap(entry -> step(path, entry))
                .switchIfEmpty(Mono.fromSupplier(() -> absent(path)));
    }

    private Mono<Place> up() {
        reached = reached.substring(0, Math.max(0, reached.lastIndexOf('/')));
        return agent.stat(reached.isEmpty() ? "/" : reached).flatMap(this::next);
    }

    private static Mono<FileEntry> missing(AgentException refusal, String path) {
        return switch (refusal.code()) {
            case NOT_FOUND -> Mono.empty();
            case NOT_A_DIRECTORY -> Mono.error(new ToolFailure("Not a directory: " + path));
            default -> Mono.error(refusal);
        };
    }

    private Mono<Place> step(String path, FileEntry entry) {
        return switch (entry.type()) {
            case LINK -> follow(path, entry);
            case DIRECTORY -> {
                reached = path;
                yield next(entry);
            }
            default -> Mono.just(last(path, entry));
        };
    }

    private Mono<Place> follow(String path, FileEntry link) {
        if (++links > MOST_LINKS) return Mono.error(new ToolFailure("Too many links on the way: " + asked));
        if (link.target() == null) return Mono.just(absent(path));
        push(link.target());
        return fromRoot();
    }

    private Place last(String path, FileEntry entry) {
        if (!ahead.isEmpty()) throw new ToolFailure("Not a directory: " + path);
        return new Place(path, entry, known());
    }

    private Place absent(String path) {
        if (ahead.contains("..")) throw new ToolFailure("No such directory: " + path);
        String rest = ahead.isEmpty() ? "" : "/" + String.join("/", ahead);
        return new Place(path + rest, null, known());
    }

    private FileEntry known() {
        if (directory == null) throw new IllegalStateException("no directory was reached on the way to " + asked);
        return directory;
    }

    @Override
    public String toString() {
        return asked + " " + Arrays.asList(reached, ahead);
    }
}

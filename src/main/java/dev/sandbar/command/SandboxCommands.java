package dev.sandbar.command;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The commands of one sandbox, bounded; thread-safe. */
final class SandboxCommands {

    private final Map<String, Command> byId = new ConcurrentHashMap<>();

    /** Adds a command, unless there is one of its id, or too many run: null then. The ended ones that are too many go. */
    synchronized @Nullable Command add(Command command, CommandLimits limits) {
        Command known = byId.get(command.id());
        if (known != null) return known;
        if (byId.values().stream().filter(one -> !one.state().ended()).count() >= limits.running()) return null;
        byId.put(command.id(), command);
        dropEnded(limits.ended());
        return command;
    }

    void remove(Command command) {
        byId.remove(command.id(), command);
    }

    Collection<Command> all() {
        return byId.values();
    }

    /** The newest that matches, a running one before an ended one. */
    List<Command> matching(Predicate<Command> test) {
        return byId.values().stream()
                .filter(test)
                .sorted((a, b) -> {
                    int running = Boolean.compare(a.state().ended(), b.state().ended());
                    return running != 0 ? running : b.startedAt().compareTo(a.startedAt());
                })
                .toList();
    }

    /** Drops what ended long ago, but nothing that is being read; true when nothing is left. */
    synchronized boolean sweep(Instant endedBefore, int keep) {
        byId.values().removeIf(command -> {
            Instant end = command.endedAt();
            return end != null && !end.isAfter(endedBefore) && !command.log().hasReaders();
        });
        dropEnded(keep);
        return byId.isEmpty();
    }

    private void dropEnded(int keep) {
        List<Command> ended = new ArrayList<>(matching(one -> one.state().ended()));
        for (Command command : ended.subList(Math.min(keep, ended.size()), ended.size())) {
            if (!command.log().hasReaders()) byId.remove(command.id());
        }
    }
}

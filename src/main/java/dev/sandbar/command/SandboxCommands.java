package dev.sandbar.command;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The commands of one sandbox; thread-safe. */
final class SandboxCommands {

    private static final Comparator<Command> NEWEST = Comparator.<Command, Boolean>comparing(
                    command -> command.state().ended())
            .thenComparing(Command::startedAt, Comparator.reverseOrder());

    private static final Comparator<Command> OLDEST = Comparator.comparing(SandboxCommands::end);

    private final Map<String, Command> byId = new ConcurrentHashMap<>();
    private @Nullable Cause over;
    private final Set<Command> live = new HashSet<>();

    /** What an attempt to add a command has come to: the one that is there now, and whether that is the new one. */
    record Added(Command command, boolean fresh) {}

    /**
     * Adds a command, unless there is one of its id; null when too many run.
     *
     * @throws CommandException.SandboxEnded after the sandbox's end
     */
    synchronized @Nullable Added add(Command command, int most) {
        Command known = byId.get(command.id());
        if (known != null) return new Added(known, false);
        if (over != null) throw new CommandException.SandboxEnded(command.sandboxId(), over);
        if (live.size() >= most) return null;
        live.add(command);
        byId.put(command.id(), command);
        return new Added(command, true);
    }

    /** Adds one of an earlier run. */
    synchronized void addKnown(Command command) {
        byId.put(command.id(), command);
        if (!command.state().ended()) live.add(command);
    }

    /** One that was added has ended, or is given up. */
    synchronized void noteEnd(Command command) {
        live.remove(command);
    }

    synchronized boolean isOver() {
        return over != null;
    }

    void remove(Command command) {
        byId.remove(command.id(), command);
    }

    /** No further command is added; gives those that are there. */
    synchronized List<Command> close(Cause cause) {
        over = cause;
        return List.copyOf(byId.values());
    }

    Collection<Command> all() {
        return byId.values();
    }

    @Nullable Command get(String id) {
        return byId.get(id);
    }

    /** Those that match, the newest first, running ones before ended ones. */
    List<Command> matching(Predicate<Command> test) {
        return byId.values().stream().filter(test).sorted(NEWEST).toList();
    }

    /** Ended ones that are too old or too many, but none that is being read. */
    List<Command> expired(Instant endedBefore, int keep) {
        List<Command> ended = new ArrayList<>();
        for (Command command : byId.values()) {
            if (command.endedAt() != null && !command.log().hasReaders()) ended.add(command);
        }
        ended.sort(OLDEST.reversed());
        int at = 0;
        while (at < ended.size() && at < keep && end(ended.get(at)).isAfter(endedBefore)) at++;
        return ended.subList(at, ended.size());
    }

    private static Instant end(Command command) {
        Instant end = command.endedAt();
        return end == null ? Instant.MAX : end;
    }
}

package dev.sandbar.command;

import dev.sandbar.runtime.ProcessEvent.Exited;
import dev.sandbar.runtime.Strain;
import reactor.core.publisher.Mono;

/** Finds out why commands ended. Costs something only where one failed and nobody is known to be the reason. */
final class Causes {

    private static final int SIGKILL = 9;
    private static final int SIGXFSZ = 25;

    /** What shells add to the signal that ended their child. */
    private static final int OF_CHILD = 128;

    private final Strains strains;

    Causes(Strains strains) {
        this.strains = strains;
    }

    Mono<Cause> of(Command command, Exited exited) {
        if (exited.timedOut()) return Mono.just(Cause.TIMEOUT);
        if (command.isOfClient(exited.signalled(), exited.code())) return Mono.just(Cause.CLIENT);
        if (isOrOfChild(exited, SIGXFSZ)) return Mono.just(Cause.DISK);
        if (!exited.signalled() && exited.code() == 0) return Mono.just(Cause.EXITED);
        Strain before = command.baseline();
        return before == null
                ? Mono.just(Cause.EXITED)
                : strains.read(command.sandboxId())
                        .map(after -> compare(exited, before, after))
                        .defaultIfEmpty(Cause.EXITED);
    }

    private static Cause compare(Exited exited, Strain before, Strain after) {
        if (isOrOfChild(exited, SIGKILL) && after.memoryKills() > before.memoryKills()) return Cause.MEMORY;
        boolean killed = exited.signalled() && exited.code() == SIGKILL;
        return !killed && after.refusedForks() > before.refusedForks() ? Cause.PIDS : Cause.EXITED;
    }

    private static boolean isOrOfChild(Exited exited, int signal) {
        return exited.code() == (exited.signalled() ? signal : OF_CHILD + signal);
    }
}

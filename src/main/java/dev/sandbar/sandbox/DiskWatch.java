package dev.sandbar.sandbox;

import dev.sandbar.runtime.DiskUse;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Keeps a reserve of the disk that all sandboxes share, in bytes and inodes: below a first mark new files of the owners that
 * grow are refused, until there is room again; below a second one the sandbox that grows is ended, one after the other.
 * Others aren't touched. In calm a look costs one short program on the host; who has what is counted under pressure only.
 */
public final class DiskWatch {

    private static final Logger log = LoggerFactory.getLogger(DiskWatch.class);

    /** Where there is much room only each so many looks are made. */
    private static final int PASSED = 5;

    private final Parts parts;
    private final Ending ending;
    private final FullDisk full;
    private final DiskSettings settings;
    private final DiskBlame blame = new DiskBlame();
    private boolean calm = true;
    private boolean roomy;
    private int passed;

    DiskWatch(Parts parts, Ending ending, FullDisk full, DiskSettings settings) {
        this.parts = parts;
        this.ending = ending;
        this.full = full;
        this.settings = settings;
    }

    /** One look, for a {@link dev.sandbar.async.Sweeper}: one at a time, on any thread. What it ends is begun, not waited for. */
    public Mono<Void> look() {
        return Mono.defer(() -> {
            if (roomy && ++passed < PASSED) return Mono.empty();
            passed = 0;
            return parts.runtime().disk(false).flatMap(this::looked).then();
        });
    }

    private Mono<DiskUse> looked(DiskUse disk) {
        DiskLevel level = DiskLevel.of(disk, settings);
        roomy = DiskLevel.isRoomy(disk, settings);
        if (level.isCalm()) {
            relax(level);
            return Mono.empty();
        }
        return parts.runtime().disk(true).doOnNext(this::act);
    }

    private void relax(DiskLevel level) {
        if (calm) return;
        calm = true;
        blame.forget();
        full.clear();
        log.info("The disk has room again: {} of {} {} are free", level.free(), level.total(), level.kind());
    }

    private void act(DiskUse disk) {
        DiskLevel level = DiskLevel.of(disk, settings);
        if (level.isCalm()) {
            relax(level);
            return;
        }
        if (calm) log.warn("The disk is short of {}: {} of {} are free", level.kind(), level.free(), level.total());
        calm = false;
        blame.look(disk.sandboxes());
        Map<String, String> owners = owners();
        blame.owners(level, owners).forEach(owner -> refuse(owner, level));
        if (level.stage() == DiskLevel.Stage.END) end(level, owners.keySet());
    }

    private Map<String, String> owners() {
        Map<String, String> owners = new HashMap<>();
        parts.entries().running(sandbox -> true).forEach(sandbox -> owners.put(sandbox.id(), sandbox.owner()));
        return owners;
    }

    private void refuse(String owner, DiskLevel level) {
        boolean first = full.refuse(
                owner,
                "the disk that all sandboxes share is short of " + level.kind()
                        + ": remove files (sandbar.local.disk.refuse-below is " + settings.refuseBelow() + " %)");
        if (first) log.warn("New files in sandboxes of {} are refused: they grow", owner);
    }

    /** One at a time: what it frees is seen by the next look. */
    private void end(DiskLevel level, Set<String> running) {
        if (parts.entries().all().stream().anyMatch(DiskWatch::goes)) return;
        Optional<String> found = blame.sandbox(level, running);
        if (found.isEmpty()) log.warn("No sandbox is to blame for the disk that is short of {}", level.kind());
        found.map(parts.entries()::find).ifPresent(entry -> end(entry, level));
    }

    private void end(Entry entry, DiskLevel level) {
        log.warn(
                "Sandbox {} is ended: it grows, and {} of {} {} are free",
                entry.id(),
                level.free(),
                level.total(),
                level.kind());
        ending.want(entry, EndCause.DISK);
    }

    private static boolean goes(Entry entry) {
        return entry.wanted() == EndCause.DISK && !entry.left();
    }
}

package dev.sandbar.sandbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which sandboxes have ended and are still remembered, the oldest first. Each step is atomic; none waits. */
final class Ended {

    private final Map<String, Mark> marks = new LinkedHashMap<>();
    private final SandboxSettings.Keep keep;
    private int counted;

    Ended(SandboxSettings.Keep keep) {
        this.keep = keep;
    }

    /**
     * One that has ended.
     *
     * @param files whether its files are still there
     */
    record Mark(String id, Instant until, boolean files, Due due) {}

    synchronized void add(Sandbox gone) {
        boolean files = gone.cause() == EndCause.HOST_RESTART;
        Instant end = gone.endedAt() == null ? gone.endAt() : gone.endedAt();
        Mark mark = new Mark(gone.id(), end.plus(files ? keep.files() : keep.ended()), files, new Due());
        if (marks.put(mark.id(), mark) == null && !files) counted++;
    }

    synchronized void remove(Mark mark) {
        if (marks.remove(mark.id()) != null && !mark.files()) counted--;
    }

    synchronized boolean contains(String id) {
        return marks.containsKey(id);
    }

    /** Those to be forgotten now; of each it is said once, until its {@link Due} is over. */
    synchronized List<Mark> due(Instant now) {
        List<Mark> due = new ArrayList<>();
        int beyond = counted - keep.most();
        for (Mark mark : marks.values()) {
            boolean early = !mark.files() && beyond-- > 0;
            if ((early || !mark.until().isAfter(now)) && mark.due().begin(now)) due.add(mark);
        }
        return due;
    }

    /** Those whose files are still there. */
    synchronized Set<String> withFiles() {
        return marks.values().stream().filter(Mark::files).map(Mark::id).collect(Collectors.toSet());
    }

    synchronized int size() {
        return marks.size();
    }
}

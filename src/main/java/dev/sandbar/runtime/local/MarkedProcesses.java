package dev.sandbar.runtime.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Living processes that bear a sandbox's mark in their command line: the launcher, both of bubblewrap's processes and
 * the agent. Only processes of ids that are this service's to use count, so nobody else can pretend.
 */
final class MarkedProcesses {

    private final Path proc;
    private final Pattern mark;
    private final LongPredicate ours;

    /** @param ours which host uids this instance's processes may have */
    MarkedProcesses(Path proc, String instance, LongPredicate ours) {
        this.proc = proc;
        this.mark = Pattern.compile("\0--mark\0" + Pattern.quote(instance) + "/([a-z0-9]+)\0");
        this.ours = ours;
    }

    List<Long> of(String sandboxId) throws IOException {
        return all().getOrDefault(sandboxId, List.of());
    }

    Set<String> sandboxes() throws IOException {
        return all().keySet();
    }

    /** By sandbox. */
    Map<String, List<Long>> all() throws IOException {
        Map<String, List<Long>> found = new HashMap<>();
        for (Living process : Living.with(proc, line -> mark.matcher(line).find())) {
            Matcher matcher = mark.matcher(process.commandLine());
            if (matcher.find() && ours.test(process.uid())) {
                found.computeIfAbsent(matcher.group(1), id -> new ArrayList<>()).add(process.pid());
            }
        }
        return found;
    }
}

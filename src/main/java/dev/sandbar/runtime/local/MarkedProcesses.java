package dev.sandbar.runtime.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Living processes that bear a sandbox's mark in their command line: the launcher, both of bubblewrap's processes and
 * the agent. Only processes of ids that are this service's to use count, so nobody else can pretend.
 */
final class MarkedProcesses {

    private static final Pattern UID = Pattern.compile("(?m)^Uid:\\s+(\\d+)");
    private static final Pattern ZOMBIE = Pattern.compile("(?m)^State:\\s+[ZX]");

    private final Path proc;
    private final Pattern mark;
    private final LongPredicate ours;

    /** @param ours which host uids this instance's processes may have */
    MarkedProcesses(Path proc, String instance, LongPredicate ours) {
        this.proc = proc;
        this.mark = Pattern.compile("\0--mark\0" + Pattern.quote(instance) + "/([a-z0-9]+)\0");
        this.ours = ours;
    }

    List<Long> of(String sandboxId) {
        List<Long> found = new ArrayList<>();
        scan((pid, id) -> {
            if (id.equals(sandboxId)) found.add(pid);
        });
        return found;
    }

    Set<String> sandboxes() {
        Set<String> found = new HashSet<>();
        scan((pid, id) -> found.add(id));
        return found;
    }

    private void scan(BiConsumer<Long, String> each) {
        try (Stream<Path> processes = Files.list(proc)) {
            processes
                    .filter(path -> path.getFileName().toString().matches("\\d+"))
                    .forEach(path -> look(path, each));
        } catch (IOException error) {
            throw new UncheckedIOException("can't list processes", error);
        }
    }

    private void look(Path process, BiConsumer<Long, String> each) {
        try {
            Matcher matcher = mark.matcher(text(process.resolve("cmdline")));
            if (!matcher.find()) return;
            String status = text(process.resolve("status"));
            Matcher uid = UID.matcher(status);
            if (uid.find()
                    && ours.test(Long.parseLong(uid.group(1)))
                    && !ZOMBIE.matcher(status).find()) {
                each.accept(Long.valueOf(process.getFileName().toString()), matcher.group(1));
            }
        } catch (IOException ended) {
            return; // between listing and reading
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }
}

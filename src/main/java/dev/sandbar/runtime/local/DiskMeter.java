package dev.sandbar.runtime.local;

import dev.sandbar.runtime.DiskUse;
import dev.sandbar.runtime.DiskUse.Share;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Looks at the run directory's file system by a short program on the host. Blocks. */
final class DiskMeter {

    private static final Duration WITHIN = Duration.ofSeconds(30);

    /** For counting one sandbox's files: about 200,000 of them. */
    private static final String MILLISECONDS = "500";

    private final RunDirectory run;
    private final LongFunction<@Nullable String> holders;

    /** @param holders the sandbox that has a host id */
    DiskMeter(RunDirectory run, LongFunction<@Nullable String> holders) {
        this.run = run;
        this.holders = holders;
    }

    /** @param shares whether it is counted who uses it, which takes up to 10 s */
    DiskUse look(boolean shares) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                run.agent().toString(), "usage", "--directory", run.path().toString()));
        if (shares) command.addAll(List.of("--walk", MILLISECONDS));
        Programs.Result result = Programs.run(command, WITHIN);
        if (result.exitCode() != 0) throw new IOException(result.errors());
        return read(result.output());
    }

    DiskUse read(String output) throws IOException {
        long[] disk = new long[4];
        Map<String, Share> lying = new HashMap<>();
        Map<String, Share> removed = new HashMap<>();
        for (String line : output.split("\n", -1)) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("disk")) {
                for (int i = 0; i < disk.length; i++) disk[i] = Long.parseLong(words[i + 1]);
            } else if (words.length == 4) {
                String holder = words[0].equals("holder") ? holders.apply(Long.parseLong(words[1])) : words[1];
                Share share = new Share(Long.parseLong(words[2]), Long.parseLong(words[3]));
                if (holder != null) (words[0].equals("holder") ? removed : lying).put(holder, share);
            }
        }
        if (disk[1] <= 0) throw new IOException("nothing is known about the disk");
        removed.forEach((id, share) -> lying.merge(id, share, Share::plus));
        return new DiskUse(disk[0], disk[1], disk[2], disk[3], lying);
    }
}

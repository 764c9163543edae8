package dev.sandbar.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkedProcessesTests {

    @TempDir
    Path proc;

    @Test
    void livingProcessesAreFoundByInstanceAndSandbox() throws Exception {
        process(10, "bwrap\0--\0/run/agent\0serve\0--mark\0one/s1\0--ids\0root\0", "S (sleeping)", 5);
        process(11, "/run/agent\0serve\0--mark\0one/s2\0", "S (sleeping)", 5);
        process(12, "/run/agent\0serve\0--mark\0two/s1\0", "S (sleeping)", 5);
        process(13, "vi\0one/s1\0", "S (sleeping)", 5);
        Files.writeString(proc.resolve("version"), "");
        assertThat(marked().of("s1")).containsExactly(10L);
        assertThat(marked().sandboxes()).containsExactlyInAnyOrder("s1", "s2");
    }

    @Test
    void zombiesAndOtherUsersProcessesDontCount() throws Exception {
        process(10, "/run/agent\0serve\0--mark\0one/s1\0", "Z (zombie)", 5);
        process(11, "/run/agent\0serve\0--mark\0one/s1\0", "S (sleeping)", 6);
        assertThat(marked().of("s1")).isEmpty();
    }

    private MarkedProcesses marked() {
        return new MarkedProcesses(proc, "one", uid -> uid == 5);
    }

    private void process(long pid, String command, String state, long uid) throws Exception {
        Path directory = Files.createDirectory(proc.resolve(Long.toString(pid)));
        Files.writeString(directory.resolve("cmdline"), command);
        Files.writeString(directory.resolve("status"), "Name:\tx\nState:\t" + state + "\nUid:\t" + uid + "\t0\t0\t0\n");
    }
}

package dev.sandbar.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupMountsTests {

    @TempDir
    Path proc;

    @Test
    void firstVersionIsFoundByController() throws Exception {
        CgroupMounts mounts = read("""
                30 24 0:26 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755
                33 30 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:11 - cgroup cgroup rw,cpu,cpuacct
                34 30 0:31 / /sys/fs/cgroup/memory rw,nosuid shared:12 - cgroup cgroup rw,memory
                35 30 0:32 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate
                """, "4:memory:/x\n0::/\n");
        assertThat(mounts.hierarchies())
                .containsEntry("cpu", Path.of("/sys/fs/cgroup/cpu,cpuacct"))
                .containsEntry("memory", Path.of("/sys/fs/cgroup/memory"));
        assertThat(mounts.unified()).containsExactly(Path.of("/sys/fs/cgroup/unified"));
    }

    @Test
    void secondVersionOffersTheTopAndTheOwnGroup() throws Exception {
        CgroupMounts mounts = read(
                "30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n",
                "0::/user.slice/user-1000.slice/run-5.scope\n");
        assertThat(mounts.hierarchies()).isEmpty();
        assertThat(mounts.unified())
                .containsExactly(
                        Path.of("/sys/fs/cgroup"), Path.of("/sys/fs/cgroup/user.slice/user-1000.slice/run-5.scope"));
    }

    private CgroupMounts read(String mountinfo, String groups) throws Exception {
        Path self = Files.createDirectories(proc.resolve("self"));
        Files.writeString(self.resolve("mountinfo"), mountinfo);
        Files.writeString(self.resolve("cgroup"), groups);
        return CgroupMounts.read(proc);
    }
}

package dev.sandbar.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.runtime.Strain;
import dev.sandbar.runtime.UsageUnknownException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On plain directories that look like cgroup v2: which files are written, and with what. */
class CgroupV2Tests {

    @TempDir
    Path base;

    private Path parent = Path.of("");
    private Path group = Path.of("");

    @BeforeEach
    void makeBase() throws Exception {
        parent = Files.createDirectory(base.resolve("sandbar-one"));
        group = parent.resolve("s1");
        Files.writeString(base.resolve("cgroup.controllers"), "cpuset cpu io memory hugetlb pids\n");
        Files.writeString(parent.resolve("cgroup.controllers"), "cpu memory pids\n");
    }

    @Test
    void limitsAreWrittenToOneGroup() throws Exception {
        assertThat(open().create("s1", new Limits(2, 64, 10, 99))).containsExactly(group);
        assertThat(group.resolve("memory.max")).hasContent("67108864");
        assertThat(group.resolve("memory.oom.group")).hasContent("0");
        assertThat(group.resolve("cpu.max")).hasContent("200000 100000");
        assertThat(group.resolve("pids.max")).hasContent("99");
    }

    @Test
    void controllersAreHandedDown() throws Exception {
        Files.writeString(parent.resolve("cgroup.controllers"), "\n");
        Files.writeString(base.resolve("cgroup.type"), "domain\n");
        Files.writeString(base.resolve("cgroup.procs"), "77\n");
        assertThat(CgroupV2.open(base, "one")).isNull(); // nothing hands controllers down in a plain directory
        assertThat(base.resolve("cgroup.subtree_control")).exists();
        assertThat(base.resolve("sandbar-service/cgroup.procs")).hasContent("77");
    }

    @Test
    void killingIsLeftToTheKernelWhereItCan() throws Exception {
        Cgroups groups = open();
        groups.create("s1", new Limits(2, 64, 10, 99));
        Files.writeString(group.resolve("cgroup.kill"), "");
        groups.kill("s1");
        assertThat(group.resolve("cgroup.kill")).hasContent("1");
    }

    @Test
    void processesOfAGroupThatIsGoneAreNone() throws Exception {
        assertThat(open().processes("s1")).isEmpty();
        Files.createDirectory(group);
        Files.writeString(group.resolve("cgroup.procs"), "12\n14\n");
        assertThat(open().processes("s1")).containsExactly(12L, 14L);
        assertThat(open().known()).containsExactly("s1");
    }

    @Test
    void chargesTellFilesInMemoryFromCache() throws Exception {
        Cgroups groups = open();
        groups.create("s1", new Limits(2, 64, 10, 99));
        Files.writeString(group.resolve("memory.current"), "5000\n");
        Files.writeString(group.resolve("memory.stat"), "anon 2000\nfile 3000\nfile_mapped 7\nshmem 1000\n");
        Files.writeString(group.resolve("cpu.stat"), "usage_usec 1500\nuser_usec 1000\n");
        assertThat(groups.charges("s1"))
                .isEqualTo(new Cgroups.Charges(Duration.ofNanos(1_500_000), 3000, 2000, 67_108_864));
        assertThatThrownBy(() -> groups.charges("s2")).isInstanceOf(IOException.class);
    }

    @Test
    void chargesThatNothingCountsAreNotMadeUp() throws Exception {
        Files.writeString(base.resolve("cgroup.controllers"), "pids\n");
        Files.writeString(parent.resolve("cgroup.controllers"), "pids\n");
        assertThatThrownBy(() -> open().charges("s1")).isInstanceOf(UsageUnknownException.class);
    }

    @Test
    void strainIsWhatTheKernelCounts() throws Exception {
        Cgroups groups = open();
        groups.create("s1", new Limits(2, 64, 10, 99));
        Files.writeString(group.resolve("memory.events"), "low 0\nmax 9\noom 4\noom_kill 3\noom_group_kill 1\n");
        Files.writeString(group.resolve("pids.events"), "max 7\n");
        assertThat(groups.strain("s1")).isEqualTo(new Strain(3, 7));
        assertThatThrownBy(() -> groups.strain("s2")).isInstanceOf(IOException.class);
    }

    @Test
    void aHierarchyWithoutControllersIsOfNoUse() throws Exception {
        Files.writeString(base.resolve("cgroup.controllers"), "hugetlb\n");
        Files.writeString(parent.resolve("cgroup.controllers"), "hugetlb\n");
        assertThat(CgroupV2.open(base, "one")).isNull();
        assertThat(CgroupV2.open(base.resolve("none"), "one")).isNull();
        Files.delete(parent.resolve("cgroup.controllers")); // the kernel's, which doesn't hold a group
        assertThat(CgroupV2.open(base, "one")).isNull();
        assertThat(parent).doesNotExist();
    }

    private Cgroups open() throws IOException {
        return Objects.requireNonNull(CgroupV2.open(base, "one"));
    }
}

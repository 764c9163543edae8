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
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On plain directories: which files are written, and with what. */
class CgroupV1Tests {

    @TempDir
    Path root;

    @Test
    void limitsAreWrittenToTheirHierarchies() throws Exception {
        Cgroups groups = open(Map.of(
                "memory", hierarchy("memory"),
                "cpu", hierarchy("cpu"),
                "pids", hierarchy("pids"),
                "freezer", hierarchy("freezer")));
        assertThat(groups.create("s1", new Limits(3, 64, 10, 99)))
                .containsExactly(group("memory"), group("cpu"), group("pids"), group("freezer"));
        assertThat(group("memory").resolve("memory.limit_in_bytes")).hasContent("67108864");
        assertThat(group("cpu").resolve("cpu.cfs_quota_us")).hasContent("300000");
        assertThat(group("cpu").resolve("cpu.cfs_period_us")).hasContent("100000");
        assertThat(group("pids").resolve("pids.max")).hasContent("99");
        assertThat(groups.known()).containsExactly("s1");
    }

    @Test
    void hierarchiesThatAreMountedTogetherAreJoinedOnce() throws Exception {
        Path both = hierarchy("memory,pids");
        assertThat(open(Map.of("memory", both, "pids", both)).create("s1", new Limits(1, 64, 10, 99)))
                .hasSize(1);
    }

    @Test
    void processesAreThoseOfAllHierarchies() throws Exception {
        Cgroups groups = open(Map.of("memory", hierarchy("memory"), "pids", hierarchy("pids")));
        groups.create("s1", new Limits(1, 64, 10, 99));
        Files.writeString(group("memory").resolve("cgroup.procs"), "41\n42\n");
        Files.writeString(group("pids").resolve("cgroup.procs"), "42\n");
        assertThat(groups.processes("s1")).containsExactly(41L, 42L);
        assertThat(groups.processes("s2")).isEmpty();
    }

    @Test
    void chargesTellFilesInMemoryFromCache() throws Exception {
        Cgroups groups = open(Map.of("memory", hierarchy("memory"), "cpuacct", hierarchy("cpuacct")));
        groups.create("s1", new Limits(1, 64, 10, 99));
        Files.writeString(group("memory").resolve("memory.usage_in_bytes"), "5000\n");
        Files.writeString(group("memory").resolve("memory.stat"), "cache 3000\nrss 2000\nshmem 1000\ntotal_cache 9\n");
        Files.writeString(group("cpuacct").resolve("cpuacct.usage"), "123456789\n");
        assertThat(groups.charges("s1"))
                .isEqualTo(new Cgroups.Charges(Duration.ofNanos(123_456_789), 3000, 2000, 67_108_864));
        assertThatThrownBy(() -> groups.charges("s2")).isInstanceOf(IOException.class);
    }

    @Test
    void chargesThatNothingCountsAreNotMadeUp() throws Exception {
        Cgroups groups = open(Map.of("memory", hierarchy("memory")));
        groups.create("s1", new Limits(1, 64, 10, 99));
        assertThatThrownBy(() -> groups.charges("s1"))
                .isInstanceOf(UsageUnknownException.class)
                .hasMessageContaining("cpuacct");
    }

    @Test
    void strainIsWhatTheKernelCounts() throws Exception {
        Cgroups groups = open(Map.of("memory", hierarchy("memory"), "pids", hierarchy("pids")));
        groups.create("s1", new Limits(1, 64, 10, 99));
        Files.writeString(
                group("memory").resolve("memory.oom_control"), "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
        Files.writeString(group("pids").resolve("pids.events"), "max 7\n");
        assertThat(groups.strain("s1")).isEqualTo(new Strain(3, 7));
        Files.writeString(group("memory").resolve("memory.oom_control"), "oom_kill_disable 0\nunder_oom 0\n");
        Files.delete(group("pids").resolve("pids.events"));
        assertThat(groups.strain("s1")).isEqualTo(new Strain(0, 0));
        assertThatThrownBy(() -> groups.strain("s2")).isInstanceOf(IOException.class);
    }

    @Test
    void missingHierarchiesAreSaid() throws Exception {
        Cgroups groups = open(Map.of("memory", hierarchy("memory")));
        assertThat(groups.layers().get(Cgroups.MEMORY)).matches(layer -> layer != null && layer.active());
        assertThat(groups.layers().get(Cgroups.PIDS)).matches(layer -> layer != null && !layer.active());
    }

    @Test
    void aHostWithoutHierarchiesHasNone() {
        assertThat(CgroupV1.open(Map.of(), "one")).isNull();
        assertThat(CgroupV1.open(Map.of("memory", Path.of("/proc/version/none")), "one"))
                .isNull();
    }

    @Test
    void otherInstancesAreNotKnown() throws Exception {
        Path memory = hierarchy("memory");
        open(Map.of("memory", memory)).create("s1", new Limits(1, 64, 10, 99));
        assertThat(Objects.requireNonNull(CgroupV1.open(Map.of("memory", memory), "other"))
                        .known())
                .isEmpty();
    }

    private static Cgroups open(Map<String, Path> hierarchies) {
        return Objects.requireNonNull(CgroupV1.open(hierarchies, "one"));
    }

    private Path hierarchy(String name) throws Exception {
        return Files.createDirectories(root.resolve(name));
    }

    private Path group(String hierarchy) {
        return root.resolve(hierarchy).resolve("sandbar-one").resolve("s1");
    }
}

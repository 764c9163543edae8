package dev.sandbar.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.local.IdMap.Extent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdMapTests {

    @TempDir
    Path proc;

    @Test
    void aMapIsReadAsTheKernelWritesIt() throws Exception {
        Files.createDirectory(proc.resolve("self"));
        Files.writeString(
                proc.resolve("self/uid_map"), "         0     100000       1000\n      5000     200000      60000\n");
        IdMap map = IdMap.read(proc, "uid_map");
        assertThat(map.extents()).containsExactly(new Extent(0, 1000), new Extent(5000, 60000));
        assertThat(map.holds(5000, 60000)).isTrue();
        assertThat(map.holds(999, 2)).isFalse();
        assertThat(map.holds(5001, 60000)).isFalse();
    }

    @Test
    void onlyWhatAllMapsHoldIsCommon() {
        IdMap users = new IdMap(List.of(new Extent(0, 65536), new Extent(100_000, 20)));
        IdMap groups = new IdMap(List.of(new Extent(0, 30_000), new Extent(100_005, 65536)));
        assertThat(IdMap.common(10_000, users, groups)).isEqualTo(new Extent(10_000, 20_000));
        assertThat(IdMap.common(40_000, users, new IdMap(List.of(new Extent(0, 65536)))))
                .isEqualTo(new Extent(40_000, 25_536));
        assertThat(IdMap.common(200_000, users, groups).count()).isZero();
    }
}

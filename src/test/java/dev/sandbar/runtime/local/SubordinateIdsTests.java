package dev.sandbar.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.local.SubordinateIds.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubordinateIdsTests {

    @TempDir
    Path directory;

    @Test
    void usersAreFoundByNameAndByNumber() throws Exception {
        SubordinateIds ids = parse("root:1:10\nann:100000:65536\n1007:200000:10\n");
        assertThat(ids.of("ann", 5)).contains(new Entry("ann", 100000, 65536));
        assertThat(ids.of("bob", 1007)).contains(new Entry("1007", 200000, 10));
        assertThat(ids.of("bob", 5)).isEmpty();
    }

    @Test
    void theLargestRangeCounts() throws Exception {
        assertThat(parse("ann:100000:10\nann:300000:900\nann:500000:20\n").of("ann", 5))
                .contains(new Entry("ann", 300000, 900));
    }

    @Test
    void malformedLinesGiveNothing() throws Exception {
        assertThat(parse("\n# comment\nann\nann:1\nann:x:5\nann:5:x\nann:-5:5\nann:5:0\nann:1:2:3\n:1:2\nann:0:5\n")
                        .entries())
                .isEmpty();
    }

    @Test
    void aMissingFileGivesNothing() {
        assertThat(SubordinateIds.read(directory.resolve("none")).entries()).isEmpty();
    }

    @Test
    void overlapsAreSeenAtBothEnds() throws Exception {
        SubordinateIds ids = parse("ann:1000:100\n");
        assertThat(ids.overlaps(900, 100)).isFalse();
        assertThat(ids.overlaps(900, 101)).isTrue();
        assertThat(ids.overlaps(1099, 5)).isTrue();
        assertThat(ids.overlaps(1100, 5)).isFalse();
    }

    private SubordinateIds parse(String text) throws Exception {
        return SubordinateIds.read(Files.writeString(directory.resolve("subuid"), text));
    }
}

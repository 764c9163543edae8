package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.store.sqlite.Child;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes on one file. */
class TokenFileProcessTests {

    private static final int ROUNDS = Integer.getInteger("sandbar.crashes", 5);

    @TempDir
    Path directory;

    @Test
    @DisplayName("a.5 two processes on one file, 50 ids each: 100 of 100 entries survive (a.10.7)")
    void twoProcessesLoseNothingOfEachOther() throws IOException {
        Path file = directory.resolve("tokens.json");
        try (Child one = new Child(TokenWriter.class, file, "one", 50, 1);
                Child other = new Child(TokenWriter.class, file, "other", 50, 1)) {
            assertThat(one.rest()).endsWith("done");
            assertThat(other.rest()).endsWith("done");
        }
        assertThat(saved(file)).hasSize(100);
    }

    @Test
    @DisplayName(
            "a.10.7 killed by kill -9 in the middle of saving: the file is whole, and holds what was said to be saved")
    void killedProcessLeavesAWholeFile() throws Exception {
        Path file = directory.resolve("tokens.json");
        Random random = new Random();
        Set<String> acknowledged = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            try (Child child = new Child(TokenWriter.class, file, "r" + round + "n", 1_000_000, 3)) {
                assertThat(child.line()).isEqualTo("begun");
                for (int i = random.nextInt(30); i >= 0; i--) {
                    acknowledged.add(child.line());
                }
                child.kill();
                acknowledged.addAll(child.rest());
            }
            assertThat(saved(file)).containsAll(acknowledged);
        }
        assertThat(acknowledged).hasSizeGreaterThan(ROUNDS);
        new TokenFile(file, 10_000).update(new SavedTokens(), SavedToken.micros(Instant.now()));
    }

    private static List<String> saved(Path file) throws IOException {
        TokenFile.Found found = new TokenFile(file, 10_000).read(SavedToken.micros(Instant.now()));
        assertThat(found.unclean()).isFalse();
        return List.copyOf(found.tokens().tokens().keySet());
    }
}

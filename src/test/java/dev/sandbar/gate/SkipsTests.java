package dev.sandbar.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SkipsTests {

    private static final List<String> LIST = List.of(
            "# a comment with words", "", "MOUNTS  not-root    only root mounts", "EPOLL everywhere it is a library");

    @Test
    void whatRootWithCgroupsHasIsSkippedElsewhereOnly() {
        assertThat(new Skips(LIST, true).allow(Needs.MOUNTS.reason())).isFalse();
        assertThat(new Skips(LIST, false).allow(Needs.MOUNTS.reason())).isTrue();
    }

    @Test
    void whatNobodyCanBringAlongIsSkippedEverywhere() {
        assertThat(new Skips(LIST, true).allow(Needs.EPOLL.reason())).isTrue();
    }

    @Test
    void whatStandsInNoListIsSkippedNowhere() {
        assertThat(new Skips(LIST, false).allow(Needs.USERS.reason())).isFalse();
        assertThat(new Skips(LIST, false).allow("is @Disabled")).isFalse();
    }

    @Test
    void aReasonInFrontOfTheNeedDoesNotMatter() {
        assertThat(new Skips(LIST, true).allow("Assumption failed: " + Needs.EPOLL.reason()))
                .isTrue();
    }

    @Test
    void everyNeedStandsInTheList() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("src", "test", "skips.txt"));
        assertThat(Needs.values()).allMatch(need -> new Skips(lines, false).allow(need.reason()));
    }
}

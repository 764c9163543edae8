package dev.sandbar.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.ProcessSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShellTests {

    @Test
    void scriptRunsWithAPlainEnvironment() {
        ProcessSpec process = Shell.process("tar -c .", FileOwner.USER, true);
        assertThat(process.command()).containsExactly("/bin/sh", "-c", "tar -c .");
        assertThat(process.environment()).containsEntry("LC_ALL", "C").containsEntry("HOME", "/home/user");
        assertThat(process.stdin()).isTrue();
        assertThat(process.id()).startsWith("carry-");
    }

    @Test
    void onlyTheFirstWordsAreRemembered() {
        List<String> complaints = new ArrayList<>();
        for (int i = 0; i < 12; i++) Shell.keep(complaints, (i + " \n").getBytes(UTF_8));
        assertThat(complaints).hasSize(10).startsWith("0", "1").endsWith("9");
    }

    @Test
    void digestIsThatOfAllBytes() {
        Digest digest = new Digest();
        digest.add("ab".getBytes(UTF_8));
        digest.add("c".getBytes(UTF_8));
        assertThat(digest.bytes()).isEqualTo(3);
        assertThat(digest.hex()).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void requestIsShownWithoutItsEnvironment() {
        SessionRequest request =
                new SessionRequest("ann", "k", null, "base", null, Map.of(), Map.of("A", "secret"), null, null);
        assertThat(request.toString()).contains("ann", "k").doesNotContain("secret");
    }
}

package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.gate.Needs;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentException.Code;
import dev.sandbar.runtime.FileOwner;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Moves from one file system to another in a real sandbox: its home lies on the host's disk, /tmp in memory. */
@Requires(Needs.SANDBOX_ROOT)
class MoveIT {

    private static final String LEFT = "ls -A /tmp /home/user";

    @RegisterExtension
    static final TestRuntime runtime = new TestRuntime();

    private final TestSandbox sandbox = runtime.start();
    private final Agent agent = sandbox.agent();

    @Test
    void aTreeIsTheSameAtTheOtherPlace() {
        String describe = "cd %s && find . -printf '%%p %%y %%m %%U %%G %%T@ %%l %%n\\n' | sort && cat a/f";
        sandbox.user(
                "mkdir -p t/a t/b && echo text > t/a/f && chmod 4640 t/a/f && ln t/a/f t/b/same && ln -s ../nowhere t/b/link"
                        + " && mkfifo t/fifo && chmod 1750 t/b && touch -d '2001-02-03 04:05:06' t/a/f t/a t/b t/fifo t");
        sandbox.root("chown 0:1000 /home/user/t/b");
        String before = sandbox.root(describe.formatted("/home/user/t")).stdout();
        move("/home/user/t", "/tmp/new/t");
        assertThat(sandbox.root(describe.formatted("/tmp/new/t")).stdout())
                .isEqualTo(before)
                .contains("text", "4640", "nowhere");
        move("/tmp/new/t", "/home/user/t");
        assertThat(sandbox.root(describe.formatted("/home/user/t")).stdout()).isEqualTo(before);
        assertThat(sandbox.root(LEFT).stdout()).contains("new").doesNotContain(".sandbar");
    }

    @Test
    void whatFindsNoRoomLeavesBothAsTheyWere() {
        sandbox.user("mkdir d && head -c 12M /dev/zero > d/1 && cp d/1 d/2 && cp d/1 d/3 && echo old > /tmp/target");
        assertThatThrownBy(() -> move("/home/user/d", "/tmp/some/d"))
                .isInstanceOfSatisfying(
                        AgentException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(Code.NO_SPACE));
        sandbox.user("head -c 10M /dev/zero > /tmp/other; head -c 30M /dev/zero > large");
        assertThatThrownBy(() -> move("/home/user/large", "/tmp/target")).hasMessageStartingWith("target: ");
        assertThat(sandbox.root("cat /tmp/target; ls -A /tmp").stdout()).isEqualTo("old\nother\ntarget\n");
        assertThat(sandbox.user("cat d/* | wc -c; ls -A").stdout())
                .contains("37748736")
                .contains("large")
                .doesNotContain(".sandbar");
    }

    @Test
    void aMoveThatIsGivenUpIsAllOrNothing() {
        sandbox.user("mkdir m && cd m && seq 2000 | xargs touch");
        for (int round = 1; round <= 5; round++) {
            agent.move("/home/user/m", "/tmp/m", FileOwner.USER)
                    .timeout(Duration.ofMillis(4L * round))
                    .onErrorComplete()
                    .block(TestRuntime.LIMIT);
            Awaitility.await()
                    .atMost(TestRuntime.LIMIT)
                    .until(() -> !sandbox.root(LEFT).stdout().contains(".sandbar"));
            String where = sandbox.user("ls -d /home/user/m /tmp/m 2>/dev/null")
                    .stdout()
                    .strip();
            assertThat(where).isIn("/home/user/m", "/tmp/m");
            assertThat(sandbox.user("ls " + where + " | wc -l").stdout().strip())
                    .isEqualTo("2000");
            sandbox.user("[ ! -e /tmp/m ] || mv /tmp/m /home/user/m");
        }
    }

    @Test
    void whereAFileSystemIsMountedNothingIsMoved() {
        assertThatThrownBy(() -> move("/tmp", "/home/user/tmp"))
                .isInstanceOfSatisfying(
                        AgentException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(Code.BUSY));
        assertThat(sandbox.user("ls -A").stdout()).isEmpty();
    }

    private void move(String source, String target) {
        agent.move(source, target, FileOwner.USER).block(TestRuntime.LIMIT);
    }
}

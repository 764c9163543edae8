package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.gate.Needs;
import dev.sandbar.runtime.FileOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code src/test/c/attacks.c} tries: the kernel's doors that lead out of a sandbox, or into its agent. */
@Requires(Needs.SANDBOX_ROOT)
class SystemCallsIT {

    @RegisterExtension
    static final TestRuntime runtime = new TestRuntime();

    @TempDir
    static Path directory;

    static byte[] attacks;

    @BeforeAll
    static void compile() throws IOException {
        Path program = directory.resolve("attacks");
        Host.run("cc", "-std=gnu17", "-D_GNU_SOURCE", "-static", "-o", program.toString(), "src/test/c/attacks.c");
        attacks = Files.readAllBytes(program);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    void everyAttackIsDenied(int uid) {
        TestSandbox sandbox = runtime.start();
        sandbox.install("/tmp/attacks", attacks);
        TestSandbox.Result result = sandbox.run(new FileOwner(uid, uid), "exec /tmp/attacks " + sandbox.agentPid());
        List<String> lines = result.stdout().lines().toList();
        assertThat(result.succeeded()).as(result.toString()).isTrue();
        assertThat(lines).hasSizeGreaterThan(115);
        assertThat(lines.subList(0, lines.size() - 1)).allMatch(line -> line.startsWith("denied "));
        assertThat(lines.get(lines.size() - 1)).isEqualTo((lines.size() - 1) + " attempts");
    }
}

package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;

/**
 * Who must not notice an attack: another tenant's sandbox, and the host's root. Its {@code true} answers within five times
 * its calm 95th percentile, and both can still make what is grabbed.
 */
final class Bystander {

    private static final int CALLS = 20;
    private static final int TIMES = 5;

    /** A machine's own noise: below it nobody was harmed. */
    private static final long FLOOR_NANOS = Duration.ofMillis(20).toNanos();

    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestSandbox sandbox;
    private final List<List<String>> makers;
    private final List<Boolean> made;
    private final long limitNanos;

    /**
     * Looks at the calm.
     *
     * @param script makes one of what will be grabbed, run by the sandbox's user
     * @param command the same, run by the host's root
     */
    Bystander(TestSandbox sandbox, String script, List<String> command) {
        this.sandbox = sandbox;
        this.makers = List.of(List.of("/bin/sh", "-c", script), command);
        this.made = make();
        long[] calm = latencies();
        this.limitNanos = TIMES * Math.max(calm[CALLS * 95 / 100 - 1], FLOOR_NANOS);
    }

    /** All is as it was in the calm. The median decides: others use this machine too. */
    void assertUnharmed() {
        assertThat(make()).as("what sandbox and host could make: " + makers).isEqualTo(made);
        Awaitility.await()
                .atMost(SOON)
                .untilAsserted(() -> assertThat(latencies()[CALLS / 2]).isLessThanOrEqualTo(limitNanos));
    }

    private List<Boolean> make() {
        return List.of(
                sandbox.user(makers.get(0).get(2)).succeeded(),
                Host.exitCode(makers.get(1).toArray(String[]::new)) == 0);
    }

    private long[] latencies() {
        return LongStream.range(0, CALLS)
                .map(i -> {
                    long start = System.nanoTime();
                    assertThat(sandbox.user("true").succeeded()).isTrue();
                    return System.nanoTime() - start;
                })
                .sorted()
                .toArray();
    }
}

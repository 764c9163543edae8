package dev.sandbar.runtime.local;

import static dev.sandbar.runtime.local.LocalHarness.LONG;
import static dev.sandbar.runtime.local.LocalHarness.shell;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.gate.Needs;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.runtime.Strain;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Sandboxes that use up what they may have. */
@Tag("alone")
class StrainIT {

    private static LocalHarness local = new LocalHarness();

    @BeforeAll
    static void limitsAreCounted() {
        Needs.CGROUP_MEMORY.orSkip(local.has(Cgroups.MEMORY));
        Needs.CGROUP_PIDS.orSkip(local.has(Cgroups.PIDS));
    }

    @AfterAll
    static void close() throws Exception {
        local.close();
    }

    @Test
    void ordinaryWorkIsNoStrain() {
        Agent agent = local.start("calm");
        assertThat(shell(agent, FileOwner.USER, "true | true; exit 7")).isEqualTo("exit 7");
        assertThat(strain("calm")).isEqualTo(new Strain(0, 0));
        local.runtime.destroy("calm").block(LONG);
        StepVerifier.create(local.runtime.strain("calm")).verifyError(RuntimeUnavailableException.class);
    }

    @Test
    void processesKilledForMemoryAreCounted() {
        Agent agent = local.start("hungry");
        assertThat(shell(agent, FileOwner.USER, "head -c 500000000 /dev/zero | tail -n 1 | wc -c; echo $?; echo on"))
                .contains("on\n")
                .endsWith("exit 0");
        Strain after = strain("hungry");
        assertThat(after.memoryKills()).isPositive();
        assertThat(after.refusedForks()).isZero();
        local.runtime.destroy("hungry").block(LONG);
    }

    @Test
    void refusedForksAreCounted() {
        Agent agent = local.start("crowded");
        int tries = 2 * LocalHarness.LIMITS.processes();
        shell(agent, FileOwner.USER, "i=0; while [ $i -lt " + tries + " ]; do sleep 20 & i=$((i+1)); done");
        Strain after = strain("crowded");
        assertThat(after.refusedForks()).isPositive();
        assertThat(after.memoryKills()).isZero();
        local.runtime.destroy("crowded").block(LONG);
    }

    private static Strain strain(String id) {
        return Objects.requireNonNull(local.runtime.strain(id).block(LONG));
    }
}

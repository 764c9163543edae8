package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.runtime.SandboxSpec.Limits;
import dev.sandbar.runtime.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What is reckoned, bounded and told of sandboxes. */
class ValuesTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.120Z");

    private static Sandbox sandbox(String id, SandboxState state, @Nullable EndCause cause, @Nullable Instant ended) {
        Limits limits = new Limits(2, 128, 64, 64);
        Map<String, String> none = Map.of();
        return new Sandbox(id, "ann", 1, "h", state, cause, "base", limits, none, none, NOW, NOW, ended);
    }

    private static Usage usage(long atMillis, long cpuMillis) {
        return new Usage(NOW.plusMillis(atMillis), Duration.ofMillis(cpuMillis), 1, 2, 3, 4, 5);
    }

    private static Mono<Reading> reading(Usage first, Usage second) {
        Deque<Usage> usages = new ArrayDeque<>(List.of(first, second));
        ScriptedRuntime runtime = new ScriptedRuntime();
        runtime.usage = Mono.fromSupplier(usages::remove);
        return new Meter(runtime).read(sandbox("s", SandboxState.RUNNING, null, null));
    }

    private static double percent(long millis, long cpuMillis) {
        Reading reading = reading(usage(0, 100), usage(millis, 100 + cpuMillis)).block(Duration.ofSeconds(20));
        return Objects.requireNonNull(reading).cpuPercent();
    }

    @Test
    void processorsAreAPartOfAllThatItMayUse() {
        assertThat(percent(200, 100)).isEqualTo(25);
        assertThat(percent(200, 400)).isEqualTo(100);
        assertThat(percent(200, 900)).isEqualTo(100);
        assertThat(percent(200, -50)).isZero();
    }

    @Test
    void clockThatWasSetBackMeasuresNothing() {
        StepVerifier.create(reading(usage(5, 0), usage(5, 0))).verifyError(RuntimeUnavailableException.class);
        StepVerifier.create(reading(usage(5, 0), usage(6, 0)))
                .assertNext(reading -> assertThat(reading.cpus()).isEqualTo(2))
                .verifyComplete();
    }

    @Test
    void creationsHaveBounds() {
        Duration patience = Duration.ofSeconds(1);
        assertThat(new SandboxSettings.Creations(3, 1, 1, patience).bounds().atOnce())
                .isEqualTo(3);
        assertThat(new SandboxSettings.Creations(0, 1, 1, patience).bounds().atOnce())
                .isEqualTo(4 * Schedulers.DEFAULT_POOL_SIZE);
        assertThatIllegalArgumentException().isThrownBy(() -> new SandboxSettings.Creations(-1, 1, 1, patience));
        assertThatIllegalArgumentException().isThrownBy(() -> new SandboxSettings.Creations(1, -1, 1, patience));
    }

    @Test
    void eventsTellTimesAndCauses() {
        Sandbox running = sandbox("s", SandboxState.RUNNING, null, null);
        assertThat(Times.wire(NOW)).isEqualTo("2026-01-01T00:00:00.120Z");
        assertThat(Next.renewed(running).data())
                .isEqualTo(Map.of("sandboxID", "s", "endAt", "2026-01-01T00:00:00.120Z"));
        Sandbox ending = running.ending(EndCause.DISK);
        assertThat(Next.ended(ending, NOW).data()).isEqualTo(Map.of("sandboxID", "s", "cause", "disk"));
        Sandbox unnamed = sandbox("s", SandboxState.KILLING, null, null);
        assertThat(Next.ended(unnamed, NOW).data()).isEqualTo(Map.of("sandboxID", "s", "cause", "killed"));
        assertThatIllegalStateException().isThrownBy(() -> running.ended(NOW)).withMessageContaining("RUNNING");
    }

    private static Sandbox gone(String id, EndCause cause, int second) {
        return sandbox(id, SandboxState.GONE, cause, NOW.plusSeconds(second));
    }

    @Test
    void oldestOfTooManyAreForgottenEarlyButNoneWithFiles() {
        Ended ended = new Ended(new SandboxSettings.Keep(Duration.ofSeconds(100), 2, Duration.ofSeconds(200)));
        ended.add(gone("files", EndCause.HOST_RESTART, 0));
        ended.add(gone("a", EndCause.KILLED, 1));
        ended.add(gone("b", EndCause.KILLED, 2));
        ended.add(gone("b", EndCause.KILLED, 2));
        assertThat(ended.due(NOW.plusSeconds(3))).isEmpty();
        ended.add(gone("c", EndCause.KILLED, 3));
        List<Ended.Mark> due = ended.due(NOW.plusSeconds(3));
        assertThat(due).extracting(Ended.Mark::id).containsExactly("a");
        assertThat(ended.due(NOW.plusSeconds(3))).isEmpty();
        assertThat(ended.contains("a")).isTrue();
        ended.remove(due.get(0));
        ended.remove(due.get(0));
        assertThat(ended.contains("a")).isFalse();
        assertThat(ended.due(NOW.plusSeconds(3))).isEmpty();
        assertThat(ended.withFiles()).containsExactly("files");
        assertThat(ended.due(NOW.plusSeconds(102))).extracting(Ended.Mark::id).containsExactly("b");
        assertThat(ended.due(NOW.plusSeconds(200))).extracting(Ended.Mark::id).containsExactly("files", "c");
        assertThat(ended.size()).isEqualTo(3);
    }

    @Test
    void refusalOfAnOwnerIsNewOnce() {
        FullDisk full = new FullDisk();
        assertThat(full.refuse("ann", "full")).isTrue();
        assertThat(full.refuse("ann", "full")).isFalse();
        assertThat(full.refuse("bob", "full")).isTrue();
        full.clear();
        assertThat(full.refuse("ann", "full")).isTrue();
    }

    @Test
    void workBeginsNowOrNever() {
        BackgroundTasks tasks = new BackgroundTasks("tasks", 1, Schedulers.parallel());
        assertThat(Owned.begin(tasks, "one", Mono.never())).isTrue();
        assertThat(Owned.begin(tasks, "two", Mono.never())).isFalse();
        tasks.close();
    }
}

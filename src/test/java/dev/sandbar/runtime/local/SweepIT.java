package dev.sandbar.runtime.local;

import static dev.sandbar.runtime.local.LocalHarness.LONG;
import static dev.sandbar.runtime.local.LocalHarness.shell;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.RuntimeUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is left by services and launchers that were killed anywhere goes, and nothing else does. */
@Tag("alone")
class SweepIT {

    private static final AtomicInteger NEXT = new AtomicInteger();

    private final LocalSettings settings =
            LocalHarness.settings("sw" + ProcessHandle.current().pid() + "n" + NEXT.incrementAndGet());
    private final List<Process> begun = new ArrayList<>();

    @AfterEach
    void end() {
        begun.forEach(Process::destroyForcibly);
    }

    @RepeatedTest(8)
    void aServiceThatIsKilledBetweenAnyTwoStepsLeavesNothingToTheNextOne() throws Exception {
        try (ServiceProcess service = new ServiceProcess(settings, "churn")) {
            service.awaitLine("begun");
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(400_000_000));
            service.kill();
        }
        try (LocalHarness next = new LocalHarness(settings)) {
            next.runtime.sweep(Set.of()).block(LONG);
            assertThat(LocalLeftovers.all(settings)).isEmpty();
            assertThat(next.runtime.sweep(Set.of()).block(LONG)).isZero();
        }
        assertThat(LocalLeftovers.all(settings)).isEmpty();
    }

    @Test
    void aLauncherThatIsKilledBetweenAnyTwoStepsLeavesNothing() throws Exception {
        try (LocalHarness local = new LocalHarness(settings)) {
            String program = settings.runDirectory().resolve(".base/agent") + "\0launch\0";
            AtomicInteger failed = new AtomicInteger();
            for (int round = 0; round < 30; round++) {
                String id = "r" + round;
                Mono<Void> start = local.runtime
                        .start(LocalHarness.spec(id))
                        .then()
                        .onErrorResume(RuntimeUnavailableException.class, error -> {
                            failed.incrementAndGet();
                            return Mono.fromRunnable(
                                    () -> assertThat(local.left(id)).isEmpty());
                        })
                        .cache();
                Mono<Void> killer = Mono.delay(
                                Duration.ofMillis(ThreadLocalRandom.current().nextInt(20)))
                        .then(Mono.fromRunnable(() -> kill(program)));
                Mono.when(start, killer).block(LONG);
            }
            assertThat(failed).hasPositiveValue();
            Flux.range(0, 30).flatMap(i -> local.runtime.destroy("r" + i)).blockLast(LONG);
            assertThat(LocalLeftovers.all(settings)).isEmpty();
        }
    }

    @Test
    void halfMadeThingsOfEveryKindGo() throws Exception {
        new LocalHarness(settings).leave();
        Path run = RunDirectory.makeOwn(settings.runDirectory(), "rwx--x--x");
        Files.createDirectories(run.resolve("empty"));
        Files.createDirectories(run.resolve("half/home"));
        Files.writeString(run.resolve("half/status"), "{");
        IdSlots.open(settings.idDirectory(), settings.instance(), 100, slot -> true)
                .take("ids");
        Files.writeString(settings.idDirectory().resolve("." + settings.instance() + ".old"), "x");
        Process marked = begin("exec /bin/sh -c 'sleep 1000; :' sh --mark " + settings.instance() + "/marked more");
        try (LocalHarness next = new LocalHarness(settings)) {
            next.start("known");
            assertThat(next.runtime.sweep(Set.of("half")).block(LONG)).isEqualTo(3);
            assertThat(marked.onExit().join().exitValue()).isEqualTo(137);
            assertThat(next.left("half")).isNotEmpty();
            assertThat(next.runtime.sweep(Set.of()).block(LONG)).isEqualTo(1);
            assertThat(LocalLeftovers.all(settings)).isNotEmpty().allMatch(found -> found.endsWith("known"));
            next.runtime.destroy("known").block(LONG);
            assertThat(LocalLeftovers.all(settings)).isEmpty();
        }
    }

    @Test
    void anotherInstanceIsNotTouched() throws Exception {
        LocalSettings others = new LocalSettings(
                settings.instance() + "x",
                settings.runDirectory().resolveSibling(settings.instance() + "x"),
                settings.idDirectory());
        try (LocalHarness other = new LocalHarness(others)) {
            other.start("same");
            new LocalHarness(settings).leave();
            Process marked = begin("exec /bin/sh -c 'sleep 1000; :' sh --mark " + others.instance() + "/marked more");
            Process program = begin("exec -a " + others.runDirectory().resolve(".base/agent") + " sleep 1000");
            List<String> before = LocalLeftovers.all(others);
            LocalHarness local = new LocalHarness(settings);
            local.start("same");
            assertThat(local.runtime.sweep(Set.of()).block(LONG)).isZero();
            local.runtime.destroy("same").block(LONG);
            local.leave();
            assertThat(LocalLeftovers.all(others)).isEqualTo(before);
            assertThat(marked.isAlive()).isTrue();
            assertThat(program.isAlive()).isTrue();
            assertThat(shell(other.adopt("same"), FileOwner.USER, "echo fine")).isEqualTo("fine\nexit 0");
            other.runtime.destroy("same").block(LONG);
        }
    }

    @Test
    void launchersAndRemoversOfAnEarlierRunEndBeforeAnythingElse() throws Exception {
        new LocalHarness(settings).leave();
        Process program = begin("exec -a " + settings.runDirectory().resolve(".base/agent") + " sleep 1000");
        try (LocalHarness next = new LocalHarness(settings)) {
            assertThat(program.onExit().join().exitValue()).isEqualTo(137);
            assertThat(LocalLeftovers.all(settings)).isEmpty();
            assertThat(next.runtime.sweep(Set.of()).block(LONG)).isZero();
        }
    }

    /** Returns when the shell has become what it is told to. */
    private Process begin(String script) throws IOException {
        Process process = new ProcessBuilder("/bin/bash", "-c", script).start();
        begun.add(process);
        Awaitility.await()
                .atMost(LONG)
                .until(() ->
                        !Living.with(Path.of("/proc"), line -> line.equals("/bin/bash\0-c\0" + script + "\0")).stream()
                                .anyMatch(each -> each.pid() == process.pid()));
        return process;
    }

    private static void kill(String program) {
        try {
            Living.with(Path.of("/proc"), line -> line.startsWith(program))
                    .forEach(each -> CgroupFiles.kill(each.pid()));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}

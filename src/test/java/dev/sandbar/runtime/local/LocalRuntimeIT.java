package dev.sandbar.runtime.local;

import static dev.sandbar.runtime.local.LocalHarness.LONG;
import static dev.sandbar.runtime.local.LocalHarness.shell;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.gate.Needs;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.runtime.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Sandboxes started, cancelled and ended for real. */
@Tag("alone")
class LocalRuntimeIT {

    private static final long MIB = 1024 * 1024;

    private static LocalHarness local = new LocalHarness();

    @BeforeAll
    static void runtimeIsThere() {
        assertThat(local.runtime.capabilities().name()).isEqualTo("local");
    }

    @AfterAll
    static void close() throws Exception {
        local.close();
    }

    @Test
    void nothingIsLeftAfterTheEnd() {
        Agent agent = local.start("s1");
        assertThat(shell(agent, FileOwner.USER, "mkdir -p a/b; echo hi > a/b/c; ln -s / a/top; sleep 100 & echo ok"))
                .isEqualTo("ok\nexit 0");
        assertThat(local.left("s1")).isNotEmpty();
        local.runtime.destroy("s1").block(LONG);
        assertThat(local.left("s1")).isEmpty();
        StepVerifier.create(agent.gone()).expectComplete().verify(LONG);
    }

    @Test
    void endingTwiceOrSomethingUnknownIsFine() {
        local.start("twice");
        Mono.when(local.runtime.destroy("twice"), local.runtime.destroy("twice"))
                .block(LONG);
        local.runtime.destroy("twice").block(LONG);
        local.runtime.destroy("neverwas").block(LONG);
        local.runtime.destroy("../../etc").block(LONG);
        assertThat(local.left("twice")).isEmpty();
    }

    @Test
    void aDaemonEndsWithTheAgent() {
        Agent agent = local.start("daemon");
        String loop = "while true; do sleep 0.1; : " + local.settings.instance() + "; done";
        shell(agent, FileOwner.USER, "setsid sh -c '" + loop + "' > /dev/null 2>&1 &");
        long daemon = process("sh -c " + loop);
        kill(process("/run/agent serve --mark " + local.settings.instance() + "/daemon"));
        StepVerifier.create(agent.gone()).expectComplete().verify(LONG);
        Awaitility.await().untilAsserted(() -> assertThat(lives(daemon)).isFalse()); // it was process 1
        local.runtime.destroy("daemon").block(LONG);
        assertThat(local.left("daemon")).isEmpty();
    }

    @Test
    void directoriesOfAnyDepthAndModeAreRemoved() {
        Agent agent = local.start("deep");
        String script = "i=0; while [ $i -lt 500 ]; do mkdir d && cd d && touch f; i=$((i+1)); done;"
                + " cd /home/user; mkdir -p shut/in; touch shut/in/x; chmod 000 shut/in shut; echo made";
        assertThat(shell(agent, FileOwner.USER, script)).isEqualTo("made\nexit 0");
        local.runtime.destroy("deep").block(LONG);
        assertThat(local.left("deep")).isEmpty();
    }

    @Test
    void startsThatAreCancelledLeaveNothing() {
        List<Disposable> starting = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            starting.add(local.runtime.start(LocalHarness.spec("c" + i)).subscribe(agent -> {}, error -> {}));
        }
        for (Disposable start : starting) {
            Mono.delay(Duration.ofMillis(ThreadLocalRandom.current().nextInt(25)))
                    .block();
            start.dispose();
        }
        Flux.range(0, 40).flatMap(i -> local.runtime.destroy("c" + i), 40).blockLast(LONG);
        for (int i = 0; i < 40; i++) {
            assertThat(local.left("c" + i)).isEmpty();
        }
    }

    @Test
    void aCancelAloneEndsWhatWasBegun() {
        Set<String> started = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 20; i++) {
            String id = "a" + i;
            Disposable start =
                    local.runtime.start(LocalHarness.spec(id)).subscribe(agent -> started.add(id), error -> {});
            Mono.delay(Duration.ofMillis(ThreadLocalRandom.current().nextInt(20)))
                    .block();
            start.dispose();
        }
        Awaitility.await().atMost(LONG).untilAsserted(() -> {
            for (int i = 0; i < 20; i++) {
                if (!started.contains("a" + i)) assertThat(local.left("a" + i)).isEmpty();
            }
        });
        assertThat(started).hasSizeLessThan(20);
        Flux.fromIterable(started).flatMap(local.runtime::destroy, 20).blockLast(LONG);
    }

    @Test
    void fiftyStartAtOnce() {
        List<Agent> agents = Flux.range(0, 50)
                .flatMap(i -> local.runtime.start(LocalHarness.spec("m" + i)), 50)
                .collectList()
                .block(LONG);
        assertThat(agents).hasSize(50);
        Flux.range(0, 50).flatMap(i -> local.runtime.destroy("m" + i), 50).blockLast(LONG);
        assertThat(local.left("m7")).isEmpty();
    }

    @Test
    void sandboxesOutliveTheirServiceUntilItsNextOneSweeps() throws Exception {
        LocalSettings settings = LocalHarness.settings(local.settings.instance() + "b");
        try (LocalHarness other = new LocalHarness(settings)) {
            other.start("kept");
            other.start("lost");
            local.start("foreign");
            other.runtime.close();
            try (LocalHarness next = new LocalHarness(settings)) {
                assertThat(next.left("lost")).isNotEmpty();
                assertThat(next.runtime.sweep(Set.of("kept")).block(LONG)).isEqualTo(1);
                assertThat(next.left("lost")).isEmpty();
                assertThat(next.left("kept")).isNotEmpty();
                assertThat(local.left("foreign")).isNotEmpty();
                local.runtime.destroy("foreign").block(LONG);
                next.runtime.destroy("kept").block(LONG);
                assertThat(next.left("kept")).isEmpty();
            }
        }
    }

    @Test
    void processesAreBounded() {
        Needs.CGROUP_PIDS.orSkip(local.has(Cgroups.PIDS));
        Agent agent = local.start("bomb");
        assertThat(shell(agent, FileOwner.USER, "i=0; while [ $i -lt 200 ]; do sleep 100 & i=$((i+1)); done; echo all"))
                .doesNotContain("all");
        local.runtime.destroy("bomb").block(LONG);
        assertThat(local.left("bomb")).isEmpty();
    }

    @Test
    void whatASandboxUsesIsMeasured() throws Exception {
        Needs.CGROUP_MEMORY.orSkip(local.has(Cgroups.MEMORY));
        Agent agent = local.start("meter");
        Usage idle = Objects.requireNonNull(local.runtime.usage("meter").block(LONG));
        assertThat(idle.memoryTotal()).isEqualTo(LocalHarness.LIMITS.memoryMiB() * MIB);
        shell(agent, FileOwner.USER, "timeout 1 sh -c 'while :; do :; done'; head -c 33554432 /dev/zero > /tmp/held");
        Usage busy = Objects.requireNonNull(local.runtime.usage("meter").block(LONG));
        assertThat(busy.cpuTime().minus(idle.cpuTime())).isBetween(Duration.ofMillis(100), LONG);
        assertThat(busy.memoryUsed() - idle.memoryUsed()).isBetween(31 * MIB, 48 * MIB);
        FileStore disk = Files.getFileStore(local.settings.runDirectory());
        assertThat(busy.diskTotal()).isEqualTo(disk.getTotalSpace());
        assertThat(busy.diskUsed()).isBetween(1L, busy.diskTotal());
        local.runtime.destroy("meter").block(LONG);
        StepVerifier.create(local.runtime.usage("meter")).verifyError(RuntimeUnavailableException.class);
    }

    /** The one whose command line begins so, as soon as there is one. */
    private static long process(String commandLine) {
        return Awaitility.await()
                .atMost(LONG)
                .until(
                        () -> ProcessHandle.allProcesses()
                                .map(ProcessHandle::pid)
                                .filter(pid ->
                                        text(pid, "cmdline").replace('\0', ' ').startsWith(commandLine))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static boolean lives(long pid) {
        return text(pid, "status").matches("(?s).*State:\\s+[^ZX].*");
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static String text(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file), StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return "";
        }
    }
}

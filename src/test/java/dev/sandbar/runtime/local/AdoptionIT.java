package dev.sandbar.runtime.local;

import static dev.sandbar.runtime.local.LocalHarness.LONG;
import static dev.sandbar.runtime.local.LocalHarness.shell;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessInfo;
import dev.sandbar.runtime.ProcessSpec;
import dev.sandbar.runtime.SandboxLostException;
import dev.sandbar.runtime.SandboxLostException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Sandboxes that outlive their service, taken up by the next one. */
@Tag("alone")
class AdoptionIT {

    private static final AtomicInteger NEXT = new AtomicInteger();

    @TempDir
    Path directory;

    private final LocalSettings settings =
            LocalHarness.settings("ad" + ProcessHandle.current().pid() + "n" + NEXT.incrementAndGet());
    private final List<LocalHarness> opened = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        opened.forEach(LocalHarness::leave);
        try (LocalHarness last = new LocalHarness(settings)) {
            last.runtime.sweep(Set.of()).block(LONG);
            assertThat(LocalLeftovers.all(settings)).isEmpty();
        }
    }

    @Test
    void anAdoptedSandboxIsLikeOnesOwn() {
        Agent before = open(settings).start("a");
        shell(before, FileOwner.USER, "echo kept > file");
        LocalHarness next = restart(settings);
        Agent agent = next.adopt("a");
        assertThat(shell(agent, FileOwner.USER, "cat file")).isEqualTo("kept\nexit 0");
        assertThat(next.runtime.usage("a").block(LONG)).isNotNull();
        assertThat(next.runtime.strain("a").block(LONG)).isNotNull();
        assertThat(next.runtime.sweep(Set.of()).block(LONG)).isZero();
        assertThat(next.left("a")).anyMatch(found -> found.startsWith("ids "));
        next.runtime.destroy("a").block(LONG);
        assertThat(next.left("a")).isEmpty();
        StepVerifier.create(agent.gone()).expectComplete().verify(LONG);
    }

    @Test
    void aRunningCommandGoesOnWithItsWholeOutput() {
        Agent before = open(settings).start("a");
        begin(before, "long", "i=0; while [ $i -lt 60 ]; do echo $i; sleep 0.02; i=$((i+1)); done; exit 3");
        Agent agent = restart(settings).adopt("a");
        String all = IntStream.range(0, 60).mapToObj(i -> i + "\n").collect(Collectors.joining());
        assertThat(follow(agent, "long", 0)).isEqualTo(all + "exit 3");
    }

    @Test
    void anEndThatNobodySawIsToldUntilItIsAcknowledged() {
        Agent before = open(settings).start("a");
        begin(before, "short", "echo seen; sleep 0.2; echo unseen; exit 4");
        LocalHarness next = restart(settings);
        Agent agent = next.adopt("a");
        Awaitility.await().atMost(LONG).until(() -> !running(agent, "short"));
        Flux<ProcessEvent> unsettled = agent.attach("short", 5, Mono.never());
        StepVerifier.create(unsettled.filter(ProcessEvent.Exited.class::isInstance))
                .expectNext(new ProcessEvent.Exited(false, 4, false))
                .thenCancel()
                .verify(LONG);
        assertThat(follow(restart(settings).adopt("a"), "short", 5)).isEqualTo("unseen\nexit 4");
        assertThat(Objects.requireNonNull(opened.get(opened.size() - 1)
                        .adopt("a")
                        .processes()
                        .collectList()
                        .block(LONG)))
                .isEmpty();
    }

    @Test
    void sandboxesOutliveAServiceThatIsKilledAndItsProgram() throws Exception {
        try (ServiceProcess service = new ServiceProcess(settings, "start a b")) {
            service.awaitLine("begun");
            service.kill();
        }
        Path program = settings.runDirectory().resolve(".base/agent");
        Path other = Files.copy(program, program.resolveSibling("other"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(other, "of another version", StandardOpenOption.APPEND);
        Files.move(other, program, StandardCopyOption.ATOMIC_MOVE);
        LocalHarness next = open(settings);
        for (String id : List.of("a", "b")) {
            Agent agent = next.adopt(id);
            assertThat(shell(agent, FileOwner.USER, "echo works")).isEqualTo("works\nexit 0");
            if (next.runtime.capabilities().users().contains("root")) {
                assertThat(shell(agent, FileOwner.USER, "sudo id -u")).isEqualTo("0\nexit 0");
            }
        }
    }

    @Test
    void whoeverGreetsByAnotherNameIsNotAdoptedAndNotHarmed() throws Exception {
        LocalHarness first = open(settings);
        first.start("a");
        first.start("b");
        LocalHarness next = restart(settings);
        Path run = settings.runDirectory();
        Path own = Files.move(run.resolve("a/agent.sock"), run.resolve("a/own.sock"));
        Files.createLink(run.resolve("a/agent.sock"), run.resolve("b/agent.sock"));
        assertLost(next.adoption("a"), Reason.AGENT_GONE);
        assertThat(shell(next.adopt("b"), FileOwner.USER, "echo fine")).isEqualTo("fine\nexit 0");
        Files.move(own, run.resolve("a/agent.sock"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(shell(next.adopt("a"), FileOwner.USER, "echo fine")).isEqualTo("fine\nexit 0");
    }

    @Test
    void anAgentThatIsGoneLeavesSomethingToDestroy() throws Exception {
        open(settings).start("a");
        LocalHarness next = restart(settings);
        for (Living each : Living.with(Path.of("/proc"), line -> line.contains(settings.instance() + "/a\0"))) {
            CgroupFiles.kill(each.pid());
        }
        assertLost(next.adoption("a"), Reason.AGENT_GONE);
        assertLost(next.adoption("neverwas"), Reason.AGENT_GONE);
        assertThat(next.left("a")).isNotEmpty();
        next.runtime.destroy("a").block(LONG);
        assertThat(next.left("a")).isEmpty();
    }

    @Test
    void afterARestartOfTheMachineNobodyIsAskedAndFilesStayUntilTheyAreDestroyed() throws Exception {
        Path bootId = Files.writeString(directory.resolve("boot"), "one\n");
        LocalSettings booted = new LocalSettings(
                settings.instance(), settings.runDirectory(), settings.idDirectory(), bootId, Duration.ofMinutes(1));
        LocalHarness first = open(booted);
        shell(first.start("a"), FileOwner.USER, "echo kept > file");
        first.start("b");
        String handle = first.runtime.handle();
        Files.writeString(bootId, "two\n");
        LocalHarness next = restart(booted);
        Mono<Agent> adoption = next.runtime.adopt("a", handle, Instant.now());
        assertLost(adoption, Reason.HOST_RESTARTED); // though its agent would answer
        assertLost(next.runtime.adopt("a", "other:one", Instant.now()), Reason.AGENT_GONE);
        assertThat(next.runtime.sweep(Set.of("a")).block(LONG)).isEqualTo(1);
        assertThat(settings.runDirectory().resolve("a/home/user/file")).hasContent("kept");
        endAsAMachineDoes("a");
        next.runtime.destroy("a").block(LONG);
        assertThat(next.left("a")).isEmpty();
    }

    /** The same machine and the same directories, but of what ran before nothing lives. */
    @Test
    void afterARestartOfTheContainerFilesStayUntilTheyAreDestroyed() throws Exception {
        String handle;
        try (ServiceProcess service = ServiceProcess.inAContainer(settings, "start a b")) {
            service.awaitLine("begun");
            handle = service.line();
        }
        LocalHarness next = open(settings);
        assertThat(handle.split("/", -1)[0]).isEqualTo(next.runtime.handle().split("/", -1)[0]);
        assertLost(next.runtime.adopt("a", handle, Instant.now()), Reason.HOST_RESTARTED);
        assertThat(next.runtime.sweep(Set.of("a")).block(LONG)).isEqualTo(1);
        assertThat(settings.runDirectory().resolve("a/home/user")).isDirectory();
        next.runtime.destroy("a").block(LONG);
        assertThat(next.left("a")).isEmpty();
    }

    @Test
    void aSandboxOfAVersionThatKnewNoContainersIsAdopted() {
        open(settings).start("a");
        LocalHarness next = restart(settings);
        String older = next.runtime.handle().split("/", -1)[0];
        Agent agent =
                next.runtime.adopt("a", older, Instant.now().plusSeconds(600)).block(LONG);
        assertThat(shell(Objects.requireNonNull(agent), FileOwner.USER, "echo works"))
                .isEqualTo("works\nexit 0");
    }

    @Test
    void anAdoptionThatIsCancelledOrFailsLeavesAStranger() throws Exception {
        LocalHarness first = open(settings);
        first.start("cancelled");
        first.start("failed");
        LocalHarness next = restart(settings);
        next.adoption("cancelled").subscribe().dispose();
        assertThat(shell(next.adopt("cancelled"), FileOwner.USER, "echo fine")).isEqualTo("fine\nexit 0");
        LocalHarness last = restart(settings);
        last.adoption("cancelled").subscribe().dispose();
        Files.delete(settings.runDirectory().resolve("failed/agent.sock"));
        assertLost(last.adoption("failed"), Reason.AGENT_GONE);
        assertThat(last.runtime.sweep(Set.of()).block(LONG)).isEqualTo(2);
    }

    @Test
    void fiftyAreAdoptedAtOnce() {
        LocalHarness first = open(settings);
        List<String> ids = IntStream.range(0, 50).mapToObj(i -> "m" + i).toList();
        Flux.fromIterable(ids)
                .flatMap(id -> first.runtime.start(LocalHarness.spec(id)), 50)
                .blockLast(LONG);
        LocalHarness next = restart(settings);
        List<Agent> agents =
                Flux.fromIterable(ids).flatMap(next::adoption, 50).collectList().block(LONG);
        assertThat(agents)
                .hasSize(50)
                .allSatisfy(agent ->
                        assertThat(agent.processes().collectList().block(LONG)).isEmpty());
        Flux.fromIterable(ids).flatMap(next.runtime::destroy, 50).blockLast(LONG);
    }

    @Test
    void withoutAServiceASandboxEndsByItselfAfterTheDeadlineOfItsLastOne() {
        LocalSettings hasty = new LocalSettings(
                settings.instance(),
                settings.runDirectory(),
                settings.idDirectory(),
                settings.bootId(),
                Duration.ofMillis(600));
        LocalHarness first = open(hasty);
        for (String id : List.of("renewed", "ended")) {
            Agent agent = first.start(id);
            shell(agent, FileOwner.USER, "setsid sleep 1000 >/dev/null 2>&1 &");
            agent.deadline(Instant.now()).block(LONG);
        }
        LocalHarness next = restart(hasty);
        next.adopt("renewed");
        next.leave();
        Awaitility.await().atMost(LONG).until(() -> processes("ended").isEmpty());
        assertThat(processes("renewed")).isNotEmpty();
        LocalHarness last = restart(hasty);
        assertThat(last.left("ended")).isNotEmpty();
        last.adopt("renewed");
        assertThat(last.runtime.sweep(Set.of()).block(LONG)).isEqualTo(1);
        assertThat(last.left("ended")).isEmpty();
    }

    private LocalHarness open(LocalSettings with) {
        LocalHarness harness = new LocalHarness(with);
        opened.add(harness);
        return harness;
    }

    private LocalHarness restart(LocalSettings with) {
        opened.forEach(LocalHarness::leave);
        return open(with);
    }

    /** Everything of it that runs, which ends with its last process. */
    private List<String> processes(String id) {
        return LocalLeftovers.of(settings, id).stream()
                .flatMap(found -> found.startsWith("[") ? Stream.of(found) : grouped(Path.of(found)))
                .toList();
    }

    private static Stream<String> grouped(Path directory) {
        try {
            return Files.readAllLines(directory.resolve("cgroup.procs")).stream();
        } catch (IOException noGroup) {
            return Stream.empty();
        }
    }

    private void endAsAMachineDoes(String id) throws IOException {
        for (Living each :
                Living.with(Path.of("/proc"), line -> line.contains(settings.instance() + "/" + id + "\0"))) {
            CgroupFiles.kill(each.pid());
        }
        List<Path> groups = LocalLeftovers.of(settings, id).stream()
                .filter(found -> found.startsWith("/sys/fs/cgroup"))
                .map(Path::of)
                .toList();
        Awaitility.await()
                .atMost(LONG)
                .until(() ->
                        groups.stream().filter(CgroupFiles::removeIfEmpty).count() + gone(groups) >= groups.size());
    }

    private static long gone(List<Path> groups) {
        return groups.stream().filter(Files::notExists).count();
    }

    private static void assertLost(Mono<Agent> adoption, Reason reason) {
        StepVerifier.create(adoption)
                .expectErrorSatisfies(error -> assertThat(error)
                        .hasMessageNotContaining("/var/")
                        .isInstanceOfSatisfying(
                                SandboxLostException.class,
                                lost -> assertThat(lost.reason()).isEqualTo(reason)))
                .verify(LONG);
    }

    private static void begin(Agent agent, String id, String script) {
        ProcessSpec process = new ProcessSpec(
                id,
                List.of("/bin/sh", "-c", script),
                Map.of("PATH", "/usr/bin:/bin"),
                "/home/user",
                FileOwner.USER,
                false,
                Duration.ZERO);
        agent.start(process, Mono.never())
                .filter(ProcessEvent.Output.class::isInstance)
                .blockFirst(LONG);
    }

    private static boolean running(Agent agent, String id) {
        return Objects.requireNonNull(agent.processes()
                .filter(process -> process.id().equals(id))
                .any(ProcessInfo::running)
                .block(LONG));
    }

    private static String follow(Agent agent, String id, long from) {
        StringBuilder text = new StringBuilder();
        agent.attach(id, from, Mono.empty())
                .doOnNext(event -> {
                    if (event instanceof ProcessEvent.Output some) {
                        text.append(new String(some.bytes(), StandardCharsets.UTF_8));
                    } else if (event instanceof ProcessEvent.Exited exited) {
                        text.append("exit ").append(exited.code());
                    }
                })
                .blockLast(LONG);
        return text.toString();
    }
}

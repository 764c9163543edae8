package dev.sandbar.runtime.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.FileEntry;
import dev.sandbar.runtime.FileEvent;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.FileWrite;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessInfo;
import dev.sandbar.runtime.ProcessSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

class AgentChannelIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final FileOwner OWNER = FileOwner.ROOT;

    private final BackgroundTasks links = new BackgroundTasks("test", 8, Schedulers.parallel());
    private final LoopResources loops = LoopResources.create("agent", 2, true);

    @TempDir
    Path directory;

    AgentProcess process;
    Agent agent;

    @BeforeEach
    void connect() throws IOException {
        process = new AgentProcess(directory);
        agent = get(new AgentChannel(ChannelSettings.DEFAULT, loops, links).connect(process.socket(), "test"));
    }

    @AfterEach
    void end() {
        links.close();
        process.close();
        loops.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
    }

    @Test
    void processIsStartedFollowedAndForgotten() {
        List<ProcessEvent> events = get(agent.start(shell("p1", "echo out; echo err >&2; exit 3"), Flux.empty())
                .collectList());
        assertThat(events.get(0)).isInstanceOf(ProcessEvent.Started.class);
        assertThat(text(events, ProcessEvent.Stream.STDOUT)).isEqualTo("out\n");
        assertThat(text(events, ProcessEvent.Stream.STDERR)).isEqualTo("err\n");
        assertThat(events.get(events.size() - 1)).isEqualTo(new ProcessEvent.Exited(false, 3, false));
        StepVerifier.create(agent.processes()
                        .map(ProcessInfo::id)
                        .filter("p1"::equals)
                        .hasElements()
                        .repeat(20)
                        .takeUntil(known -> !known)
                        .last())
                .expectNext(false)
                .verifyComplete();
    }

    @Test
    void processIsForgottenOnlyWhenItsExitIsAcknowledged() {
        ProcessEvent exited = new ProcessEvent.Exited(false, 3, false);
        Sinks.Many<Long> none = Sinks.many().multicast().directBestEffort();
        StepVerifier.create(agent.start(shell("p1", "echo out; exit 3"), none.asFlux())
                        .filter(ProcessEvent.Exited.class::isInstance))
                .expectNext(exited)
                .expectNoEvent(Duration.ofMillis(100))
                .thenCancel()
                .verify(LIMIT);
        assertThat(known()).containsExactly("p1");
        StepVerifier.create(agent.attach("p1", 0, none.asFlux()))
                .expectNextMatches(ProcessEvent.Output.class::isInstance)
                .expectNext(exited)
                .then(() -> assertThat(known()).containsExactly("p1"))
                .then(none::tryEmitComplete)
                .expectComplete()
                .verify(LIMIT);
        Awaitility.await().atMost(LIMIT).until(() -> known().isEmpty());
    }

    @Test
    void exitThatIsNotTakenYetIsNotAcknowledged() {
        StepVerifier.create(agent.start(shell("p1", "exit 3"), Flux.empty()), 1)
                .expectNextMatches(ProcessEvent.Started.class::isInstance)
                .expectNoEvent(Duration.ofMillis(200))
                .then(() -> assertThat(known()).containsExactly("p1"))
                .thenRequest(1)
                .expectNext(new ProcessEvent.Exited(false, 3, false))
                .expectComplete()
                .verify(LIMIT);
        Awaitility.await().atMost(LIMIT).until(() -> known().isEmpty());
    }

    @Test
    void signalsReachWhatAnEndedProcessLeft() {
        get(agent.start(shell("p1", "sleep 60 >/dev/null 2>&1 &"), Flux.never())
                .filter(ProcessEvent.Exited.class::isInstance)
                .next());
        get(agent.signal("p1", 0));
        get(agent.signal("p1", 9));
        Awaitility.await().atMost(LIMIT).until(() -> vanished("p1"));
    }

    @Test
    void outputBeyondTheAgentsStoreNeedsAcknowledgement() {
        Sinks.Many<Long> taken = Sinks.many().multicast().directBestEffort();
        long[] end = new long[1];
        Flux<ProcessEvent> events = agent.start(shell("p1", "head -c 50000000 /dev/zero"), taken.asFlux())
                .doOnNext(event -> {
                    if (event instanceof ProcessEvent.Output output) {
                        end[0] = output.offset() + output.bytes().length;
                        taken.tryEmitNext(end[0]);
                    } else if (event instanceof ProcessEvent.Exited) {
                        taken.tryEmitComplete();
                    }
                });
        assertThat(get(events.last())).isEqualTo(new ProcessEvent.Exited(false, 0, false));
        assertThat(end[0]).isEqualTo(50_000_000);
    }

    @Test
    void processSurvivesItsReaderAndIsTakenUpAtAnOffset() {
        get(agent.start(shell("p1", "echo one; read x; echo two $x"), Flux.empty())
                .filter(ProcessEvent.Output.class::isInstance)
                .next());
        get(agent.write("p1", "in\n".getBytes(StandardCharsets.UTF_8)));
        List<ProcessEvent> events = get(agent.attach("p1", 4, Flux.empty()).collectList());
        assertThat(text(events, ProcessEvent.Stream.STDOUT)).isEqualTo("two in\n");
    }

    @Test
    void inputIsClosedAndSignalsArrive() {
        StepVerifier.create(agent.start(shell("p1", "cat; kill -STOP $$"), Flux.empty()))
                .expectNextMatches(ProcessEvent.Started.class::isInstance)
                .then(() -> get(agent.write("p1", new byte[100_000])))
                .thenConsumeWhile(event -> event instanceof ProcessEvent.Output output
                        && output.offset() + output.bytes().length < 100_000)
                .expectNextMatches(ProcessEvent.Output.class::isInstance)
                .then(() -> get(agent.closeInput("p1")))
                .then(() -> get(agent.signal("p1", 9)))
                .expectNext(new ProcessEvent.Exited(true, 9, false))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void refusalsHaveTheirCode() {
        assertThatThrownBy(() -> get(agent.signal("none", 9)))
                .isInstanceOfSatisfying(
                        AgentException.class, e -> assertThat(e.code()).isEqualTo(AgentException.Code.NOT_FOUND));
        ProcessSpec nowhere = new ProcessSpec(
                "p", List.of("true"), Map.of("PATH", "/usr/bin:/bin"), "/nowhere", OWNER, false, Duration.ZERO);
        assertThatThrownBy(() -> get(agent.start(nowhere, Flux.empty()).then()))
                .isInstanceOfSatisfying(
                        AgentException.class,
                        e -> assertThat(e.code()).isEqualTo(AgentException.Code.NO_WORKING_DIRECTORY));
        assertThatThrownBy(() -> get(agent.stat(directory + "/none")))
                .isInstanceOfSatisfying(
                        AgentException.class, e -> assertThat(e.code()).isEqualTo(AgentException.Code.NOT_FOUND));
    }

    @Test
    void timeOutEndsTheProcessAndSaysSo() {
        ProcessSpec spec = new ProcessSpec(
                "p",
                List.of("sleep", "60"),
                Map.of("PATH", "/usr/bin:/bin"),
                "/",
                OWNER,
                false,
                Duration.ofMillis(100));
        assertThat(get(agent.start(spec, Flux.empty()).last())).isEqualTo(new ProcessEvent.Exited(true, 9, true));
    }

    @Test
    void filesAreWrittenListedMovedReadAndRemoved() {
        String file = directory + "/a/b/file";
        byte[] content = new byte[3_000_000];
        Arrays.fill(content, (byte) 7);
        FileEntry written =
                get(agent.write(new FileWrite(file, OWNER, 0640, Map.of()), Flux.just(content, new byte[0], content)));
        assertThat(written.size()).isEqualTo(6_000_000);
        assertThat(written.mode()).isEqualTo(0640);
        FileEntry made = get(agent.makeDirectory(directory + "/a/c", OWNER));
        assertThat(made.type()).isEqualTo(FileEntry.Type.DIRECTORY);
        assertThat(get(agent.list(directory + "/a", 2).map(FileEntry::path).collectList()))
                .containsExactly(directory + "/a/b", file, directory + "/a/c");
        FileEntry moved = get(agent.move(file, directory + "/d/e", OWNER));
        assertThat(moved.path()).isEqualTo(directory + "/d/e");
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        FileEvent first = Objects.requireNonNull(agent.read(directory + "/d/e", 1, -1)
                .doOnNext(event -> {
                    if (event instanceof FileEvent.Bytes bytes) read.writeBytes(bytes.bytes());
                })
                .blockFirst(LIMIT));
        assertThat(first).isInstanceOf(FileEvent.Opened.class);
        get(agent.read(directory + "/d/e", 1, -1)
                .doOnNext(event -> {
                    if (event instanceof FileEvent.Bytes bytes) read.writeBytes(bytes.bytes());
                })
                .then());
        assertThat(read.size()).isEqualTo(5_999_999);
        get(agent.remove(directory + "/d"));
        assertThat(Files.exists(Path.of(directory + "/d"))).isFalse();
    }

    @Test
    void brokenUploadChangesNothing() {
        FileWrite file = new FileWrite(directory + "/f", OWNER, 0600, Map.of());
        get(agent.write(file, Flux.just(new byte[] {1})));
        Flux<byte[]> broken = Flux.just(new byte[100_000]).concatWith(Mono.error(new IllegalStateException("broken")));
        assertThatThrownBy(() -> get(agent.write(file, broken))).isInstanceOf(IllegalStateException.class);
        assertThat(get(agent.stat(directory + "/f")).size()).isEqualTo(1);
    }

    @Test
    void slowReaderOfAFileHoldsUpTheAgent() {
        FileWrite file = new FileWrite(directory + "/f", OWNER, 0600, Map.of());
        get(agent.write(file, Flux.range(0, 100).map(i -> new byte[100_000])));
        StepVerifier.create(agent.read(directory + "/f", 0, -1), 1)
                .expectNextCount(1)
                .expectNoEvent(Duration.ofMillis(200))
                .thenRequest(5)
                .expectNextCount(5)
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void deadlineIsTaken() {
        get(agent.deadline(Instant.now().plusSeconds(3600)));
    }

    @Test
    void agentThatIsKilledEndsItsStreamsAtOnce() {
        StepVerifier.create(agent.start(shell("p1", "sleep 60"), Flux.empty()))
                .expectNextMatches(ProcessEvent.Started.class::isInstance)
                .then(() -> process.handle().destroyForcibly())
                .expectError(AgentGoneException.class)
                .verify(LIMIT);
        get(agent.gone());
    }

    private List<String> known() {
        return get(agent.processes().map(ProcessInfo::id).collectList());
    }

    private boolean vanished(String id) {
        return get(agent.signal(id, 0)
                .thenReturn(false)
                .onErrorResume(
                        AgentException.class, error -> Mono.just(error.code() == AgentException.Code.NOT_FOUND)));
    }

    private static ProcessSpec shell(String id, String script) {
        return new ProcessSpec(
                id, List.of("sh", "-c", script), Map.of("PATH", "/usr/bin:/bin"), "/", OWNER, true, Duration.ZERO);
    }

    private static String text(List<ProcessEvent> events, ProcessEvent.Stream stream) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ProcessEvent event : events) {
            if (event instanceof ProcessEvent.Output output && output.stream() == stream)
                all.writeBytes(output.bytes());
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    @SuppressWarnings("NullAway") // null for an empty one
    private static <T> T get(Mono<T> mono) {
        return mono.block(LIMIT);
    }
}

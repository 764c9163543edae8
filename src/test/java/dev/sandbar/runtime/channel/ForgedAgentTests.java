package dev.sandbar.runtime.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.AgentGoneException.Sign;
import dev.sandbar.runtime.FileEvent;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.FileWrite;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

class ForgedAgentTests {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final ChannelSettings SETTINGS =
            new ChannelSettings(SHORT, SHORT, SHORT, SHORT, Duration.ofMillis(50), SHORT, 20);
    private static final ProcessSpec SPEC =
            new ProcessSpec("p", List.of("true"), Map.of(), "/", FileOwner.USER, false, Duration.ZERO);
    private static final byte[] TALK = Frames.join(
            Frames.HELLO,
            Frames.STARTED,
            Frames.output(0, 1, new byte[20]),
            Frames.output(20, 2, new byte[30]),
            Frames.exit(0, 0, 0, 50));

    private final BackgroundTasks links = new BackgroundTasks("links", 8, Schedulers.parallel());
    private final LoopResources loops = LoopResources.create("forged", 2, true);

    @TempDir
    Path directory;

    private ForgedAgent forged;

    @BeforeEach
    void listen() {
        forged = new ForgedAgent(directory.resolve("s"), loops);
    }

    @AfterEach
    void end() {
        links.close();
        forged.close();
        loops.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
    }

    @Test
    void honestTalkIsUnderstoodInPiecesOfAnySize() {
        Agent agent = connect();
        for (int size = 1; size <= TALK.length; size += size < 20 ? 1 : 13) {
            forged.says(ForgedAgent.inPieces(size).apply(TALK));
            List<ProcessEvent> events = Objects.requireNonNull(
                    agent.start(SPEC, Flux.empty()).collectList().block(LIMIT));
            assertThat(events).hasSize(4).last().isEqualTo(new ProcessEvent.Exited(false, 0, false));
        }
    }

    @Test
    void talkThatEndsTooEarlyIsAnError() {
        Agent agent = connect();
        for (int length = 0; length < TALK.length; length += 3) {
            forged.says(Mono.just(Arrays.copyOf(TALK, length)));
            assertGone(agent.start(SPEC, Flux.empty()).then());
        }
    }

    static List<byte[]> unexpected() {
        return List.of(
                Frames.join(Frames.STARTED),
                Frames.join(Frames.HELLO, Frames.HELLO),
                Frames.join(Frames.frame(Types.HELLO, new byte[] {0, 2})),
                Frames.join(Frames.HELLO, Frames.OK),
                Frames.join(Frames.HELLO, Frames.output(0, 1, new byte[1])),
                Frames.join(Frames.HELLO, Frames.STARTED, Frames.STARTED),
                Frames.join(Frames.HELLO, Frames.STARTED, Frames.output(1, 1, new byte[1])),
                Frames.join(Frames.HELLO, Frames.STARTED, Frames.exit(0, 0, 0, 1)),
                Frames.join(Frames.HELLO, Frames.STARTED, Frames.entry("/a")));
    }

    @ParameterizedTest
    @MethodSource("unexpected")
    void unexpectedFrameClosesTheConversation(byte[] said) {
        Agent agent = connect();
        forged.says(Flux.just(said).concatWith(Flux.never()));
        assertGone(agent.start(SPEC, Flux.empty()).then());
    }

    @Test
    void mutatedTalkIsReadOrRefusedButNeverHangs() {
        Agent agent = connect();
        Random random = new Random(7);
        for (int i = 0; i < 1500; i++) {
            byte[] said = TALK.clone();
            said[random.nextInt(said.length)] = (byte) random.nextInt(256);
            forged.says(Mono.just(said));
            Mono<Object> outcome = agent.start(SPEC, Flux.empty())
                    .then(Mono.<Object>just("ok"))
                    .onErrorResume(AgentGoneException.class, Mono::just)
                    .onErrorResume(AgentException.class, Mono::just);
            assertThat(outcome.block(LIMIT)).isNotNull();
        }
    }

    @Test
    void errorIsARefusal() {
        Agent agent = connect();
        forged.says(
                Flux.just(Frames.HELLO, Frames.error(12, "no such directory")).concatWith(Flux.never()));
        StepVerifier.create(agent.start(SPEC, Flux.empty()))
                .expectErrorSatisfies(error ->
                        assertThat(((AgentException) error).code()).isEqualTo(AgentException.Code.NO_WORKING_DIRECTORY))
                .verify(LIMIT);
    }

    @Test
    void silenceIsCutShort() {
        Agent agent = connect();
        forged.says(Flux.never());
        assertLate(agent.stat("/a").then());
        forged.says(Flux.just(Frames.HELLO).concatWith(Flux.never()));
        assertLate(agent.stat("/a").then());
        assertLate(agent.start(SPEC, Flux.empty()).then());
        assertLate(agent.signal("p", 9));
        forged.says(
                Flux.just(Frames.HELLO, Arrays.copyOf(Frames.entry("/a"), 20)).concatWith(Flux.never()));
        assertLate(agent.stat("/a").then());
        FileWrite file = new FileWrite("/a", FileOwner.USER, 0644, Map.of());
        assertLate(agent.write(file, Flux.just(new byte[10])).then());
    }

    @Test
    void agentOfAnotherVersionOrWithoutAGreetingIsRefused() {
        forged.greets(Flux.just(Frames.frame(Types.HELLO, new byte[] {0, 9})).concatWith(Flux.never()));
        assertThatThrownBy(this::connect).isInstanceOf(AgentGoneException.class).hasMessageContaining("version 9");
        assertThatThrownBy(
                        () -> channel().connect(directory.resolve("none"), "m").block(LIMIT))
                .isInstanceOf(AgentGoneException.class);
        Awaitility.await().atMost(LIMIT).until(() -> links.running() == 0);
    }

    @Test
    void agentThatDoesNotGreetIsRefusedInTime() {
        forged.greets(Flux.never());
        assertThatThrownBy(this::connect).isInstanceOf(AgentGoneException.class).hasMessageContaining("greet");
        Awaitility.await().atMost(LIMIT).until(() -> links.running() == 0);
    }

    @Test
    void agentThatStopsAnsweringIsGoneWithAllItsStreams() {
        Agent agent = connect();
        forged.says(Flux.just(Frames.HELLO, Frames.STARTED).concatWith(Flux.never()));
        StepVerifier.create(agent.start(SPEC, Flux.empty()))
                .expectNextCount(1)
                .then(forged::stopsAnswering)
                .expectError(AgentGoneException.class)
                .verify(LIMIT);
        agent.gone().block(LIMIT);
        assertGone(agent.stat("/a").then());
        Awaitility.await().atMost(LIMIT).until(() -> links.running() == 0);
    }

    @Test
    void endOfTheControlConnectionEndsTheStreamsAtOnce() {
        Agent agent = connect();
        forged.says(Flux.just(Frames.HELLO, Frames.STARTED).concatWith(Flux.never()));
        StepVerifier.create(agent.start(SPEC, Flux.empty()))
                .expectNextCount(1)
                .then(forged::endsControl)
                .expectError(AgentGoneException.class)
                .verify(LIMIT);
        agent.gone().block(LIMIT);
    }

    /** What broke the connection may be a lack of the service's own. */
    @Test
    void anAgentThatAnswersOnAnotherConnectionLivesAndItsStreamsGoOn() {
        Agent agent = connect();
        forged.says(Flux.just(Frames.HELLO, Frames.STARTED).concatWith(Flux.never()));
        forged.comesBack();
        forged.endsControl();
        staysThere(agent);
        Awaitility.await().atMost(LIMIT).until(() -> forged.connections() == 2);
        StepVerifier.create(agent.start(SPEC, Flux.empty()))
                .expectNextCount(1)
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void anAgentThatIsSilentOnOneConnectionIsAskedOnAnother() {
        Agent agent = connect();
        forged.comesBack();
        forged.stopsAnswering();
        Awaitility.await().atMost(LIMIT).until(() -> forged.connections() == 2);
        staysThere(agent);
    }

    /** The time in which a loop can't read is no silence of the agent's. */
    @Test
    void aLoopThatStoodStillForLongerThanTheLimitTakesNoAgentForGone() throws Exception {
        LoopResources own = LoopResources.create("standing", 1, true);
        try {
            Agent agent = Objects.requireNonNull(new AgentChannel(SETTINGS, own, links)
                    .connect(directory.resolve("s"), "m")
                    .block(LIMIT));
            CountDownLatch stood = new CountDownLatch(5);
            for (int i = 0; i < 5; i++) own.onClient(true).next().execute(() -> standStill(stood));
            assertThat(stood.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            staysThere(agent);
            assertThat(forged.connections()).isOne();
        } finally {
            own.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
        }
    }

    private static void standStill(CountDownLatch stood) {
        long until = System.nanoTime() + SHORT.multipliedBy(2).toNanos();
        long turns = 0;
        while (System.nanoTime() < until) turns++;
        assertThat(turns).isPositive();
        stood.countDown();
    }

    private static void staysThere(Agent agent) {
        StepVerifier.create(agent.gone())
                .expectSubscription()
                .expectNoEvent(SHORT.multipliedBy(3))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void closingTheServiceDoesNotCallTheAgentGone() {
        Agent agent = connect();
        links.close();
        StepVerifier.create(agent.gone())
                .expectSubscription()
                .expectNoEvent(SHORT)
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void floodOfValidFramesIsReadOnlyAsFarAsRequested() {
        Agent agent = connect();
        AtomicLong sent = new AtomicLong();
        byte[] piece = new byte[16_000];
        forged.says(Flux.just(Frames.HELLO, Frames.STARTED)
                .concatWith(Flux.<byte[], Long>generate(() -> 0L, (offset, sink) -> {
                    sent.addAndGet(piece.length);
                    sink.next(Frames.output(offset, 1, piece));
                    return offset + piece.length;
                })));
        StepVerifier.create(agent.start(SPEC, Flux.empty()), 3)
                .expectNextCount(3)
                .expectNoEvent(SHORT)
                .then(() -> assertThat(sent.get()).isLessThan(16_000_000))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void endlessListIsCutOff() {
        Agent agent = connect();
        byte[] entry = Frames.entry("/" + "a".repeat(4000));
        byte[] many = Frames.join(entry, entry, entry, entry);
        forged.says(Flux.just(Frames.HELLO).concatWith(Flux.just(many).repeat()));
        StepVerifier.create(agent.list("/a", 1).count())
                .expectErrorSatisfies(
                        error -> assertThat(((AgentException) error).code()).isEqualTo(AgentException.Code.INVALID))
                .verify(LIMIT.multipliedBy(3));
    }

    @Test
    void readThatEndsWithoutItsLastWordIsAnError() {
        Agent agent = connect();
        forged.says(Flux.just(Frames.HELLO, Frames.entry("/a"), Frames.frame(Types.DATA, new byte[9])));
        StepVerifier.create(agent.read("/a", 0, -1))
                .expectNextMatches(FileEvent.Opened.class::isInstance)
                .expectNextMatches(FileEvent.Bytes.class::isInstance)
                .expectError(AgentGoneException.class)
                .verify(LIMIT);
    }

    @Test
    void tooManyConversationsAreRefused() {
        Agent agent = connect();
        forged.says(Flux.just(Frames.HELLO, Frames.STARTED).concatWith(Flux.never()));
        Flux<ProcessEvent> many = Flux.range(0, 30).flatMap(i -> agent.start(SPEC, Flux.empty()), 30);
        StepVerifier.create(many.ignoreElements())
                .expectErrorSatisfies(
                        error -> assertThat(((AgentException) error).code()).isEqualTo(AgentException.Code.BUSY))
                .verify(LIMIT);
        forged.says(Flux.just(Frames.HELLO, Frames.entry("/a")).concatWith(Flux.never()));
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(agent.stat("/a").onErrorComplete().block(LIMIT))
                                .isNotNull());
    }

    @Test
    void agentThatBearsAnotherMarkIsRefused() {
        Agent agent = connect();
        forged.says(Flux.just(Frames.frame(Types.HELLO, new byte[] {0, 1, 'n'}), Frames.OK)
                .concatWith(Flux.never()));
        assertGone(agent.signal("p", 9));
        assertThatThrownBy(this::connect).isInstanceOf(AgentGoneException.class).hasMessageContaining("another mark");
    }

    @Test
    void connectionThatBreaksBeforeTheExitIsAcknowledgedSaysSo() {
        Agent agent = connect();
        Sinks.Empty<byte[]> end = Sinks.empty();
        forged.says(
                Flux.just(Frames.HELLO, Frames.STARTED, Frames.exit(0, 0, 0, 0)).concatWith(end.asMono()));
        StepVerifier.create(agent.start(SPEC, Flux.never()))
                .expectNextMatches(ProcessEvent.Started.class::isInstance)
                .expectNextMatches(ProcessEvent.Exited.class::isInstance)
                .then(end::tryEmitEmpty)
                .expectError(AgentGoneException.class)
                .verify(LIMIT);
    }

    @Test
    void pathsThatTheAgentCouldNotTakeAreRefusedBeforehand() {
        Agent agent = connect();
        for (String path : new String[] {"relative", "/a\0b", "/" + "x".repeat(5000)}) {
            StepVerifier.create(agent.stat(path))
                    .expectError(AgentException.class)
                    .verify(LIMIT);
        }
    }

    private Agent connect() {
        return Objects.requireNonNull(
                channel().connect(directory.resolve("s"), "m").block(LIMIT));
    }

    private AgentChannel channel() {
        return new AgentChannel(SETTINGS, loops, links);
    }

    private static void assertGone(Mono<Void> talk) {
        assertFails(talk, Sign.GONE);
    }

    private static void assertLate(Mono<Void> talk) {
        assertFails(talk, Sign.LATE);
    }

    private static void assertFails(Mono<Void> talk, Sign sign) {
        StepVerifier.create(talk)
                .expectErrorMatches(error -> error instanceof AgentGoneException gone && gone.sign() == sign)
                .verify(LIMIT);
    }
}

package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessSpec;
import dev.sandbar.runtime.channel.AgentChannel;
import dev.sandbar.runtime.channel.ChannelSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

/** What is on the other side of the socket lies: well-formed frames, in numbers and orders that no agent sends. */
class ForgedAgentIT {

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Duration SECONDS = Duration.ofSeconds(12);
    private static final int FRAME = 16_000;
    private static final long KEPT_AT_MOST = 4 << 20;

    private final BackgroundTasks links = new BackgroundTasks("test", 8, Schedulers.parallel());
    private final LoopResources loops = LoopResources.create("forged", 2, true);

    @TempDir
    Path directory;

    @AfterEach
    void end() {
        links.close();
        loops.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
    }

    @Test
    void endlessOutputIsTakenOnlyAsFastAsItIsRead() throws IOException {
        try (ForgedAgent forged = forged(line -> {
            line.started();
            for (long offset = 0; ; offset += FRAME) line.output(offset, FRAME);
        })) {
            StepVerifier.create(start(connect(forged)), 5)
                    .expectNextCount(5)
                    .then(() -> assertThat(settled(forged)).isLessThan(KEPT_AT_MOST))
                    .thenRequest(2000)
                    .expectNextCount(2000)
                    .then(() -> assertThat(settled(forged)).isLessThan(KEPT_AT_MOST + 2000 * FRAME))
                    .thenCancel()
                    .verify(LIMIT);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 11, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void wrongOffsetOfOutputEndsTheStream(long offset) throws IOException {
        assertGone(line -> {
            line.started();
            line.output(0, 10);
            line.output(offset, 10);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 11, Long.MAX_VALUE, -1})
    void wrongOffsetOfTheExitEndsTheStream(long offset) throws IOException {
        assertGone(line -> {
            line.started();
            line.output(0, 10);
            line.exit(offset);
        });
    }

    @Test
    void endWithoutAnExitIsNoExit() throws IOException {
        assertGone(ForgedAgent.Line::started);
    }

    @Test
    void secondExitIsIgnored() throws IOException {
        try (ForgedAgent forged = forged(line -> {
            line.started();
            line.exit(0);
            line.exit(0);
            line.output(0, 10);
            line.listen();
        })) {
            StepVerifier.create(start(connect(forged)))
                    .expectNext(new ProcessEvent.Started(7), new ProcessEvent.Exited(false, 0, false))
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @Test
    void endlessProcessesAreRefused() throws IOException {
        try (ForgedAgent forged = forged(line -> {
            for (long number = 0; ; number++) line.process("p" + number);
        })) {
            assertThatThrownBy(() -> connect(forged).processes().blockLast(LIMIT))
                    .isInstanceOfSatisfying(
                            AgentException.class,
                            refused -> assertThat(refused.code()).isEqualTo(AgentException.Code.EXHAUSTED));
        }
    }

    @Test
    void endlessFileIsTakenOnlyAsFastAsItIsRead() throws IOException {
        try (ForgedAgent forged = forged(line -> {
            line.entry("/home/user/file");
            for (; ; ) line.send(0x13, ByteBuffer.allocate(FRAME));
        })) {
            StepVerifier.create(connect(forged).read("/home/user/file", 0, -1), 5)
                    .expectNextCount(5)
                    .then(() -> assertThat(settled(forged)).isLessThan(KEPT_AT_MOST))
                    .thenCancel()
                    .verify(LIMIT);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x40, 0x41, 0x42, 0x43, 0x45, 0x46, 0x47, 0x48, 0x13, 0x00, 0x7F})
    void floodOnTheControlLinkMakesTheAgentGone(int type) throws IOException {
        ForgedAgent.Script flood = line -> {
            line.hello();
            for (; ; ) line.send(type, ByteBuffer.allocate(64));
        };
        try (ForgedAgent forged = new ForgedAgent(directory, flood, flood)) {
            assertGoneOrRefused(forged);
            assertThat(settled(forged)).isLessThan(KEPT_AT_MOST);
        }
    }

    @Test
    void frameThatClaimsFourGibibytesMakesTheAgentGone() throws IOException {
        ForgedAgent.Script huge = line -> {
            line.hello();
            line.raw(ByteBuffer.wrap(new byte[] {-1, -1, -1, -1, 0x44, 0, 0, 0, 1, 2, 3}));
            line.listen();
        };
        try (ForgedAgent forged = new ForgedAgent(directory, huge, huge)) {
            assertGoneOrRefused(forged);
        }
    }

    private void assertGoneOrRefused(ForgedAgent forged) {
        try {
            connect(forged).gone().block(SECONDS);
        } catch (AgentGoneException atOnce) {
            assertThat(atOnce).isNotNull();
        }
    }

    private void assertGone(ForgedAgent.Script script) throws IOException {
        try (ForgedAgent forged = forged(script)) {
            StepVerifier.create(start(connect(forged)).ignoreElements())
                    .expectError(AgentGoneException.class)
                    .verify(LIMIT);
        }
    }

    /** Behaves on the control link, and misbehaves in conversations after their first frame has come. */
    private ForgedAgent forged(ForgedAgent.Script script) throws IOException {
        return new ForgedAgent(directory, ForgedAgent::obey, line -> {
            line.hello();
            line.receive();
            script.speak(line);
        });
    }

    private Agent connect(ForgedAgent forged) {
        Mono<Agent> agent =
                new AgentChannel(ChannelSettings.DEFAULT, loops, links).connect(forged.socket(), ForgedAgent.MARK);
        return Objects.requireNonNull(agent.block(LIMIT));
    }

    private static Flux<ProcessEvent> start(Agent agent) {
        ProcessSpec spec = new ProcessSpec("p", List.of("true"), Map.of(), "/", FileOwner.USER, false, Duration.ZERO);
        return agent.start(spec, Flux.empty());
    }

    /** What was taken when it takes no more. */
    private static long settled(ForgedAgent forged) {
        long[] last = {-1};
        Awaitility.await().pollInterval(Duration.ofMillis(300)).atMost(LIMIT).until(() -> {
            long before = last[0];
            last[0] = forged.sent();
            return last[0] == before;
        });
        return last[0];
    }
}

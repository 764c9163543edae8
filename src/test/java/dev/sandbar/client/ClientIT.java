package dev.sandbar.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sandbar.client.CommandOutput.End;
import dev.sandbar.e2e.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** The whole client against the running service, by both protocols. */
class ClientIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String KEY = "e2b_" + "3c".repeat(20);
    private static final int MIB = 1024 * 1024;

    @TempDir
    static Path directory = Path.of("");

    private static ServiceProcess service;

    @BeforeAll
    static void start() throws IOException {
        service = new ServiceProcess(directory, Map.of("SANDBAR_API_KEY", KEY), ServiceProcess.BRIEF);
    }

    @AfterAll
    static void stop() {
        service.stop();
        assertThat(service.output()).doesNotContain("LEAK:", " ERROR ");
    }

    private static SandboxClient client(Protocol protocol) {
        return SandboxClient.builder(service.address())
                .apiKey(KEY)
                .protocol(protocol)
                .build();
    }

    @SuppressWarnings("NullAway") // a Mono<Void> has no value
    private static <T> T wait(Mono<T> call) {
        return call.block(LIMIT);
    }

    @ParameterizedTest
    @EnumSource
    void sandboxesAreMadeFoundRenewedAndEnded(Protocol protocol) {
        try (SandboxClient client = client(protocol)) {
            CreateSandbox wanted = CreateSandbox.of("base")
                    .withTimeout(Duration.ofMinutes(5))
                    .withMetadata("tour & more", protocol.name())
                    .withVariable("GREETING", "hello");
            RemoteSandbox sandbox = wait(client.create(wanted));
            SandboxInfo info = wait(sandbox.info());
            assertThat(info.metadata()).containsEntry("tour & more", protocol.name());
            assertThat(info.template()).isEqualTo("base");
            SandboxFilter mine = SandboxFilter.ALL.withMetadata("tour & more", protocol.name());
            assertThat(wait(client.list(mine).map(SandboxInfo::id).collectList()))
                    .containsExactly(sandbox.id());
            wait(sandbox.renew(Duration.ofMinutes(20)));
            assertThat(wait(sandbox.info()).endAt()).isAfter(info.endAt());
            assertThat(wait(client.connect(sandbox.id(), Duration.ofSeconds(10)))
                            .id())
                    .isEqualTo(sandbox.id());
            CommandResult said = wait(sandbox.commands().run(CommandSpec.shell("echo $GREETING; echo no >&2; exit 3")));
            assertThat(said.stdoutText() + said.stderrText()).isEqualTo("hello\nno\n");
            assertThat(said.end().exitCode()).isEqualTo(3);
            assertThat(said.end().cause()).isEqualTo("exited");
            assertThat(wait(sandbox.kill())).isTrue();
            assertThat(wait(sandbox.kill())).isFalse();
            SandboxApiException gone = catchThrowableOfType(SandboxApiException.class, () -> wait(sandbox.info()));
            assertThat(gone.kind()).isEqualTo(SandboxApiException.Kind.NOT_FOUND);
        }
    }

    @ParameterizedTest
    @EnumSource
    void filesGoThereAndBack(Protocol protocol) throws IOException {
        try (SandboxClient client = client(protocol)) {
            RemoteSandbox sandbox = wait(client.create(CreateSandbox.of("base")));
            SandboxFiles files = sandbox.files();
            byte[] content = new byte[5 * MIB + 7];
            new Random(1).nextBytes(content);
            Path source = Files.write(directory.resolve("source"), content);
            Flux<DataBuffer> stream = DataBufferUtils.read(source, DefaultDataBufferFactory.sharedInstance, 65_536);
            assertThat(wait(files.upload("in/a ü&.bin", stream))).isEqualTo("/home/user/in/a ü&.bin");
            assertThat(wait(files.stat("in/a ü&.bin")).size()).isEqualTo(content.length);
            Path target = directory.resolve("target-" + protocol);
            assertThat(wait(files.downloadTo("in/a ü&.bin", target))).isEqualTo(content.length);
            assertThat(target).hasSameBinaryContentAs(source);
            assertThat(wait(files.write("in/text", "héllo"))).isEqualTo("/home/user/in/text");
            assertThat(wait(files.readText("in/text", 100))).isEqualTo("héllo");
            assertThat(wait(files.list("in").map(FileInfo::name).collectList())).containsExactly("a ü&.bin", "text");
            wait(files.makeDir("out"));
            wait(files.move("in/text", "out/moved"));
            assertThat(wait(files.exists("in/text"))).isFalse();
            wait(files.remove("in"));
            assertThat(wait(files.exists("in"))).isFalse();
            SandboxApiException missing =
                    catchThrowableOfType(SandboxApiException.class, () -> wait(files.read("in/text", 10)));
            assertThat(missing.kind()).isEqualTo(SandboxApiException.Kind.NOT_FOUND);
            wait(sandbox.kill());
        }
    }

    @ParameterizedTest
    @EnumSource
    void commandsAreFedReadAndEnded(Protocol protocol) {
        try (SandboxClient client = client(protocol)) {
            RemoteSandbox sandbox = wait(client.create(CreateSandbox.of("base")));
            SandboxCommands commands = sandbox.commands();
            CommandSpec cat = CommandSpec.of("cat").withInput().withId("cat1");
            SandboxCommand fed = commands.attach("cat1");
            Mono<Void> feeding = Mono.defer(() -> fed.send("one\n".getBytes(UTF_8))
                            .then(fed.send("two\n".getBytes(UTF_8)))
                            .then(fed.closeInput()))
                    .retryWhen(Retry.fixedDelay(100, Duration.ofMillis(20)));
            CommandResult read = wait(Mono.zip(commands.run(cat), feeding.thenReturn(true), (result, done) -> result));
            assertThat(read.stdoutText()).isEqualTo("one\ntwo\n");
            SandboxCommand sleeper = wait(commands.start(CommandSpec.of("sleep", "600")));
            assertThat(wait(commands.list()
                            .filter(each -> each.state().equals("running"))
                            .map(CommandInfo::id)
                            .collectList()))
                    .contains(sleeper.id());
            assertThat(wait(sleeper.info()).program()).isEqualTo("sleep");
            Mono<List<CommandOutput>> output = sleeper.output().collectList();
            Mono<Void> end = Mono.delay(Duration.ofMillis(300)).then(sleeper.signal(CommandSignal.KILL));
            List<CommandOutput> seen = wait(Mono.zip(output, end.thenReturn(true), (all, done) -> all));
            assertThat(((End) seen.get(seen.size() - 1)).signal()).isEqualTo("SIGKILL");
            SandboxCommand stubborn = wait(commands.start(CommandSpec.shell("trap '' TERM; sleep 600")));
            wait(stubborn.kill(Duration.ofSeconds(1)));
            assertThat(wait(commands.run(CommandSpec.shell("pgrep -c sleep")))
                            .stdoutText()
                            .strip())
                    .isEqualTo("0");
            wait(sandbox.kill());
        }
    }

    @Test
    void whatIsStartedTwiceRunsOnceAndIsReadFromAnywhere() {
        try (SandboxClient client = client(Protocol.SANDBAR)) {
            RemoteSandbox sandbox = wait(client.create(CreateSandbox.of("base")));
            CommandSpec count =
                    CommandSpec.shell("echo run >> runs; seq 20000; cat runs").withId("count");
            CommandResult first = wait(sandbox.commands().run(count));
            CommandResult again = wait(sandbox.commands().run(count));
            assertThat(again.stdoutText()).isEqualTo(first.stdoutText()).endsWith("20000\nrun\n");
            List<CommandOutput> all =
                    wait(sandbox.commands().attach("count").output().collectList());
            long after = all.get(all.size() / 2).seq();
            List<CommandOutput> rest =
                    wait(sandbox.commands().attach("count").output(after).collectList());
            assertThat(rest).hasSize(all.size() - all.size() / 2 - 1);
            assertThat(wait(sandbox.commands().get("count")).end()).isNotNull();
            wait(sandbox.kill());
        }
    }

    @Test
    void aStreamThatIsCutAgainAndAgainIsStillComplete() {
        String expected =
                IntStream.rangeClosed(1, 600).mapToObj(line -> line + "\n").collect(Collectors.joining());
        try (CuttingProxy proxy = new CuttingProxy(service.address());
                SandboxClient client = SandboxClient.builder(proxy.address())
                        .apiKey(KEY)
                        .sandboxUrl(proxy.address())
                        .build()) {
            RemoteSandbox sandbox = wait(client.create(CreateSandbox.of("base")));
            Disposable cutting = Flux.interval(Duration.ofMillis(150)).subscribe(beat -> proxy.cut());
            CommandResult result = wait(
                    sandbox.commands().run(CommandSpec.shell("for i in $(seq 600); do echo $i; sleep 0.005; done")));
            cutting.dispose();
            assertThat(result.stdoutText()).isEqualTo(expected);
            assertThat(result.end().succeeded()).isTrue();
            assertThat(proxy.cuts.get()).isGreaterThan(5);
            wait(sandbox.kill());
        }
    }

    @Test
    void eventsAreFollowedUpToTheEndOfTheSandbox() {
        try (SandboxClient client = client(Protocol.SANDBAR)) {
            RemoteSandbox sandbox = wait(client.create(CreateSandbox.of("base")));
            Map<String, @Nullable String> change = new HashMap<>(Map.of("colour", "blue"));
            assertThat(wait(client.patchMetadata(sandbox.id(), change))).isEqualTo(Map.of("colour", "blue"));
            change.put("colour", null);
            change.put("size", "xl");
            assertThat(wait(client.patchMetadata(sandbox.id(), change))).isEqualTo(Map.of("size", "xl"));
            assertThat(wait(client.metadata(sandbox.id()))).isEqualTo(Map.of("size", "xl"));
            Mono<List<String>> events =
                    sandbox.events(0).map(SandboxEvent::type).collectList();
            Mono<Boolean> kill = Mono.delay(Duration.ofMillis(300)).then(sandbox.kill());
            List<String> seen = wait(Mono.zip(events, kill, (all, done) -> all));
            assertThat(seen)
                    .startsWith("sandbox.created")
                    .contains("sandbox.metadata")
                    .endsWith("sandbox.ended");
        }
    }

    @Test
    void theReadmesJavaRuns(@TempDir Path classes) throws Exception {
        assertThat(ReadmeSnippet.compile(classes)).isEmpty();
        try (SandboxClient client = client(Protocol.SANDBAR)) {
            List<String> before =
                    wait(client.list(SandboxFilter.ALL).map(SandboxInfo::id).collectList());
            ReadmeSnippet.run(classes, service.address().toString(), KEY);
            assertThat(wait(client.list(SandboxFilter.ALL).map(SandboxInfo::id).collectList()))
                    .isEqualTo(before);
        }
    }

    @Test
    void manyShortCommandsAtOnceAllEndWell() {
        try (SandboxClient client = client(Protocol.SANDBAR)) {
            RemoteSandbox sandbox = wait(client.create(CreateSandbox.of("base")));
            List<Boolean> good = wait(Flux.range(0, 300)
                    .flatMap(i -> sandbox.commands().run(CommandSpec.of("true")), 16)
                    .map(CommandResult::succeeded)
                    .collectList());
            assertThat(good).hasSize(300).containsOnly(true);
            wait(sandbox.kill());
        }
    }
}

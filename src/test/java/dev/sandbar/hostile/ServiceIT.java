package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.e2e.ServiceProcess;
import dev.sandbar.soak.SoakClient;
import dev.sandbar.soak.SoakClient.Handle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Attacks through the running service: it stays up, calm and small, and its other sandboxes answer promptly. */
@Tag("alone")
class ServiceIT {

    private static final String KEY = "e2b_" + "3c".repeat(20);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PROMPTLY = Duration.ofSeconds(5);
    private static final Duration FOR_A_WHILE = Duration.ofSeconds(3);
    private static final List<String> ATTACKS = List.of(
            "exec perl -e 'for (;;) { fork // select(undef, undef, undef, 0.1) }'",
            "while :; do head -c 4G /dev/zero | tail -n 1; done",
            "for i in $(seq 100); do head -c 100M /dev/zero > /tmp/full$i; done; sleep 1000",
            "sudo sh -c 'for i in $(seq 100); do head -c 100M /dev/zero > /full$i; done'; sleep 1000",
            "for i in $(seq 50); do while :; do :; done & done; wait",
            "for i in $(seq 50); do setsid perl -e '$SIG{TERM} = q(IGNORE); sleep 1000' & done; sleep 1000",
            "sudo kill -9 -1; sleep 1000");

    private ServiceProcess service;
    private SoakClient client;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        service = new ServiceProcess(directory, Map.of("SANDBAR_API_KEY", KEY), ServiceProcess.BRIEF);
        client = new SoakClient(service.address(), KEY);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void attackedServiceServesItsNeighboursAndEndsTheAttackers() {
        Handle neighbour = create();
        assertWorks(neighbour);
        for (String attack : ATTACKS) {
            Handle attacker = create();
            attack(attacker, attack).block(LIMIT);
            assertWorks(neighbour);
            client.kill(attacker.id()).block(LIMIT);
            assertThat(ids()).as(attack).containsExactly(neighbour.id());
        }
        assertWorks(neighbour);
        client.kill(neighbour.id()).block(LIMIT);
        assertCalm();
    }

    @Test
    void allAttacksAtOnceLeaveTheNeighbourWorking() {
        Handle neighbour = create();
        List<Handle> attackers = ATTACKS.stream().map(attack -> create()).toList();
        Flux.range(0, ATTACKS.size())
                .flatMap(i -> attack(attackers.get(i), ATTACKS.get(i)))
                .blockLast(LIMIT);
        assertWorks(neighbour);
        attackers.forEach(attacker -> client.kill(attacker.id()).block(LIMIT));
        assertThat(ids()).containsExactly(neighbour.id());
        client.kill(neighbour.id()).block(LIMIT);
        assertCalm();
    }

    /** Only the host can: inside it is process 1, which the kernel shields. */
    @Test
    void killedAgentCutsTheStreamAndEndsTheSandboxByItself() {
        Handle attacker = create();
        Mono<String> end =
                client.run(attacker, "sleep 1000").map(stream -> "ended").onErrorReturn("cut");
        Mono<Void> kill = Mono.delay(Duration.ofSeconds(1)).then(Mono.fromRunnable(() -> killAgent(attacker.id())));
        assertThat(Mono.when(end.doOnNext(how -> assertThat(how).isEqualTo("cut")), kill)
                        .thenReturn(true)
                        .block(Duration.ofSeconds(20)))
                .isTrue();
        Awaitility.await()
                .atMost(PROMPTLY)
                .untilAsserted(() -> assertThat(ids()).isEmpty());
        assertCalm();
    }

    private static void killAgent(String sandboxId) {
        List<ProcessHandle> agents = ProcessHandle.allProcesses()
                .filter(process -> Host.proc(process.pid(), "cmdline").startsWith("/run/agent\0serve\0"))
                .filter(process -> Host.proc(process.pid(), "cmdline").contains("/" + sandboxId + "\0"))
                .toList();
        assertThat(agents).isNotEmpty().allMatch(ProcessHandle::destroyForcibly);
    }

    private Handle create() {
        return Objects.requireNonNull(client.create().block(LIMIT));
    }

    /** Begins it, and leaves it to itself. */
    private Mono<byte[]> attack(Handle attacker, String attack) {
        return client.run(attacker, attack)
                .takeUntilOther(Mono.delay(FOR_A_WHILE))
                .onErrorComplete();
    }

    private void assertWorks(Handle sandbox) {
        byte[] stream = client.run(sandbox, "echo works").block(PROMPTLY);
        assertThat(SoakClient.succeeded(Objects.requireNonNull(stream), "works\n"))
                .isTrue();
    }

    private List<String> ids() {
        return Objects.requireNonNull(client.list().block(LIMIT))
                .valueStream()
                .map(sandbox -> sandbox.get("sandboxID").asString())
                .toList();
    }

    /** No stack traces, no leaks, nothing of the sort. */
    private void assertCalm() {
        assertThat(service.output()).doesNotContain("LEAK:", "Exception", "OutOfMemory", "\tat ");
        assertThat(ProcessHandle.of(service.pid()).orElseThrow().isAlive()).isTrue();
    }
}

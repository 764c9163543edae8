package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.sandbox.Faults.Kind;
import dev.sandbar.web.control.KeyedCreation;
import dev.sandbar.web.idempotency.Idempotency;
import dev.sandbar.web.idempotency.IdempotencySettings;
import dev.sandbar.web.idempotency.KeyUse;
import dev.sandbar.web.idempotency.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A creation with a key goes wrong at each of its steps; then it is asked for again with the same key. */
class KeyedCreationCrashTests {

    private static final IdempotencySettings SETTINGS =
            new IdempotencySettings(Duration.ofHours(24), 10, 10, 10, Duration.ofMinutes(10));
    private static final KeyUse USE = KeyUse.of("ann", "POST /sandboxes", "key", new byte[0]);

    private final Set<String> told = new HashSet<>();
    private final Map<Sandboxes, Idempotency> runs = new HashMap<>();

    @ParameterizedTest
    @EnumSource
    void createAndAskAgain(Kind kind) {
        CrashPoints.of(this::create).then(this::isOne).visit(kind);
    }

    @ParameterizedTest
    @EnumSource
    void createTwiceAtOnceAndAskAgain(Kind kind) {
        CrashPoints.of(this::createTwice).then(this::isOne).visit(kind);
    }

    @ParameterizedTest
    @EnumSource
    void askAgainForWhatRuns(Kind kind) {
        CrashPoints.of(this::create).after(this::first).then(this::isOne).visit(kind);
    }

    private void first(World world) {
        told.clear();
        assertThat(create(world).done()).isTrue();
    }

    private Ask<Sandbox> create(World world) {
        return asked(world, ask(world));
    }

    private void createTwice(World world) {
        told.clear();
        Ask<Sandbox> one = ask(world);
        asked(world, ask(world));
        asked(world, one);
    }

    private Ask<Sandbox> ask(World world) {
        Ask<Sandbox> ask = new Ask<>();
        world.creations.add(ask);
        world.faults().leave = ask::leave;
        made(world).subscribe(ask);
        return ask;
    }

    private Ask<Sandbox> asked(World world, Ask<Sandbox> ask) {
        world.advance(Duration.ZERO);
        return ask;
    }

    /** As the web does: a client is told when it runs. */
    private Mono<Sandbox> made(World world) {
        SandboxRequest request = new SandboxRequest("ann", "base", World.HOUR, Map.of(), Map.of());
        Mono<Outcome> outcome = keys(world).once(USE, new KeyedCreation(world.sandboxes(), request));
        return outcome.flatMap(made -> Mono.justOrEmpty(world.sandboxes().find(made.reference())))
                .doOnNext(sandbox -> told.add(sandbox.id()));
    }

    /** Each run of the service has its own. */
    private Idempotency keys(World world) {
        return runs.computeIfAbsent(
                world.sandboxes(),
                run -> new Idempotency(world.run().store(), SETTINGS, world.clock, Schedulers.parallel()));
    }

    private void isOne(World world) {
        Ask<Sandbox> again = create(world);
        world.advance(Duration.ofSeconds(1));
        assertThat(again.done()).as("answered again: " + again.error()).isTrue();
        Sandbox sandbox = Objects.requireNonNull(again.value(), "a sandbox that runs");
        assertThat(world.host.processes).as("on the host").containsExactly(sandbox.id());
        assertThat(told).as("what clients were told").containsExactly(sandbox.id());
        assertThat(keys(world).count()).as("keys").isOne();
        told.clear();
        runs.clear();
        List<String> answered = world.creations.stream()
                .filter(Ask::done)
                .map(ask -> Objects.requireNonNull(ask.value()).id())
                .collect(Collectors.toList());
        assertThat(answered).as("answers").containsOnly(sandbox.id());
    }
}

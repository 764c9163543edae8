package dev.sandbar.runtime.local;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.async.CleanupStack;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentConnector;
import dev.sandbar.runtime.DiskUse;
import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.runtime.RuntimeCapabilities.Layer;
import dev.sandbar.runtime.RuntimeUnavailableException;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.runtime.SandboxSpec;
import dev.sandbar.runtime.Strain;
import dev.sandbar.runtime.UnsupportedHostException;
import dev.sandbar.runtime.Usage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Sandboxes by bubblewrap on this machine.
 *
 * <p><b>Threads:</b> blocking work runs on schedulers of this runtime's own, so that ends wait neither for starts nor
 * for measurements; results are emitted there or, after a connect, on the channel's event loop. <b>Bounds:</b> 16
 * launches at a time for each processor, and 1,000 waiting for each thread; more fail with {@link
 * RuntimeUnavailableException}. <b>Close:</b> sandboxes live on, the schedulers don't.
 */
public final class LocalRuntime implements SandboxRuntime, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LocalRuntime.class);
    private static final Pattern FULL = Pattern.compile("No space left on device|Disk quota exceeded");
    private static final Pattern SANDBOX_ID = Pattern.compile("[a-z0-9]{1,64}");
    private static final Duration DESTROY_WITHIN = Duration.ofSeconds(90);
    private static final int QUEUE = 1000;
    private static final int ENDS = 16;
    private static final int MEASUREMENTS = 2;

    /** For each processor: a launch waits for the kernel's namespaces and mounts more than it computes. */
    private static final int LAUNCHES = 16;

    private final Scheduler starts;
    private final Scheduler ends;
    private final Scheduler measurements;
    private final Scheduler looks;
    private final BackgroundTasks tasks;
    private final LocalSandboxes sandboxes;
    private final RuntimeCapabilities capabilities;
    private final LocalAgents agents;

    private LocalRuntime(String instance, LocalHost host, AgentConnector connector, @Nullable Layer disk) {
        this.sandboxes = host.sandboxes();
        this.capabilities =
                disk == null ? host.capabilities() : host.capabilities().with("disk-quota", disk);
        this.agents = new LocalAgents(connector, host.run(), instance, host.boot());
        int launches = LAUNCHES * Runtime.getRuntime().availableProcessors();
        this.starts = Schedulers.newBoundedElastic(launches, QUEUE, "sandbar-launch", 60, true);
        this.ends = Schedulers.newBoundedElastic(ENDS, QUEUE, "sandbar-destroy", 60, true);
        this.measurements = Schedulers.newBoundedElastic(MEASUREMENTS, QUEUE, "sandbar-usage", 60, true);
        this.looks = Schedulers.newBoundedElastic(1, 2, "sandbar-disk", 60, true);
        this.tasks = new BackgroundTasks("ends of sandboxes", 2 * ENDS * QUEUE, Schedulers.parallel());
    }

    /**
     * Finds out what this host gives and starts and ends one sandbox to prove it. Blocks, for about 50 ms.
     *
     * @throws UnsupportedHostException when sandboxes can't be confined here, with the fix
     */
    public static LocalRuntime open(LocalSettings settings, AgentConnector connector) {
        return new LocalRuntime(settings.instance(), LocalHost.open(settings), connector, null);
    }

    /** As the other one, with what is done about the disk that sandboxes share. */
    public static LocalRuntime open(LocalSettings settings, AgentConnector connector, Layer disk) {
        return new LocalRuntime(settings.instance(), LocalHost.open(settings), connector, disk);
    }

    @Override
    public RuntimeCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public Mono<Agent> start(SandboxSpec spec) {
        return Mono.defer(() -> {
            LocalSandbox sandbox = sandboxes.add(checked(spec.sandboxId()));
            CleanupStack undo = new CleanupStack("start of " + sandbox.id(), DESTROY_WITHIN, Schedulers.parallel());
            undo.push("sandbox", destroy(sandbox.id()));
            return launch(sandbox, spec)
                    .flatMap(launched -> agents.connect(launched.id(), spec.deadline()))
                    .flatMap(agent -> handOver(agent, undo))
                    .onErrorResume(error -> undone(undo, error))
                    .doOnCancel(() -> tasks.start("end of " + sandbox.id(), undo.run()));
        });
    }

    @Override
    public String handle() {
        return agents.handle();
    }

    /** Launches nothing and doesn't block: 1,000 of them take no longer than their agents' greetings. */
    @Override
    public Mono<Agent> adopt(String sandboxId, String handle, Instant deadline) {
        return Mono.defer(() -> {
            CleanupStack undo = new CleanupStack("adoption of " + sandboxId, DESTROY_WITHIN, Schedulers.parallel());
            if (sandboxes.adopt(checked(sandboxId))) undo.push("place", forget(sandboxId));
            return agents.find(sandboxId, handle, deadline)
                    .flatMap(agent -> handOver(agent, undo))
                    .onErrorResume(error -> undone(undo, error))
                    .doOnCancel(() -> tasks.start("end of the adoption of " + sandboxId, undo.run()));
        });
    }

    @Override
    public Mono<Void> destroy(String sandboxId) {
        if (!isSandboxId(sandboxId)) return Mono.empty();
        Mono<Void> work = blocking(ends, () -> {
                    sandboxes.destroy(sandboxId);
                    return sandboxId;
                })
                .then();
        return Mono.defer(() -> tasks.start("end of " + sandboxId, work));
    }

    @Override
    public Mono<Usage> usage(String sandboxId) {
        return blocking(measurements, () -> sandboxes.usage(checked(sandboxId)));
    }

    @Override
    public Mono<Strain> strain(String sandboxId) {
        return blocking(measurements, () -> sandboxes.strain(checked(sandboxId)));
    }

    @Override
    public Mono<DiskUse> disk(boolean shares) {
        return blocking(looks, () -> sandboxes.disk(shares));
    }

    @Override
    public Mono<Integer> sweep(Set<String> keep) {
        return blocking(ends, () -> sandboxes.strangers(keep))
                .flatMapMany(Flux::fromIterable)
                .flatMapDelayError(id -> destroy(id).thenReturn(id), ENDS, 1)
                .reduce(0, (count, id) -> count + 1);
    }

    @Override
    public void close() {
        tasks.close();
        starts.dispose();
        ends.dispose();
        measurements.dispose();
        looks.dispose();
        sandboxes.close();
    }

    static boolean isSandboxId(String id) {
        return SANDBOX_ID.matcher(id).matches();
    }

    private static String checked(String sandboxId) {
        if (!isSandboxId(sandboxId)) throw new IllegalArgumentException("sandbox id must match " + SANDBOX_ID);
        return sandboxId;
    }

    private Mono<LocalSandbox> launch(LocalSandbox sandbox, SandboxSpec spec) {
        return blocking(starts, () -> {
            sandboxes.launch(sandbox, spec.limits());
            return sandbox;
        });
    }

    private Mono<Void> forget(String sandboxId) {
        return Mono.fromRunnable(() -> sandboxes.disown(sandboxId));
    }

    private static Mono<Agent> handOver(Agent agent, CleanupStack undo) {
        return undo.handOver() ? Mono.just(agent) : Mono.error(new CancellationException("ended while it started"));
    }

    private static Mono<Agent> undone(CleanupStack undo, Throwable error) {
        return undo.run()
                .onErrorResume(left -> {
                    error.addSuppressed(left);
                    return Mono.empty();
                })
                .then(Mono.error(error));
    }

    /** Not interrupted by a cancel: what was begun ends in a known state, and the undo waits for it. */
    private static <T> Mono<T> blocking(Scheduler scheduler, Callable<T> work) {
        return Mono.create(sink -> {
            try {
                scheduler.schedule(() -> emit(sink, work));
            } catch (RejectedExecutionException full) {
                sink.error(new RuntimeUnavailableException(
                        "too many sandboxes are being started, ended or measured", full));
            }
        });
    }

    /** Clients read the message of what is emitted, so the host's paths stay in the log. */
    private static RuntimeUnavailableException unavailable(IOException failure) {
        log.warn("A sandbox could not be started, ended or measured", failure);
        String said = String.valueOf(failure.getMessage());
        String reason = FULL.matcher(said).find() ? "its disk is full" : "its log says why";
        return new RuntimeUnavailableException(
                "a sandbox could not be started, ended or measured on this host: " + reason, failure);
    }

    @SuppressWarnings("CatchingUnchecked") // whatever went wrong belongs to the subscriber, not to the worker
    private static <T> void emit(MonoSink<T> sink, Callable<T> work) {
        try {
            sink.success(work.call());
        } catch (IOException failure) {
            sink.error(unavailable(failure));
        } catch (Exception failure) {
            sink.error(failure);
        }
    }
}

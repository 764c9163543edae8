package dev.sandbar.client;

import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One sandbox, by its id; asks nobody whether it is there. All publishers are lazy.
 *
 * <pre>{@code
 * Flux.usingWhen(
 *     client.create(CreateSandbox.of("base")),
 *     sandbox -> sandbox.files().write("hello.py", "print('hello')").thenMany(
 *         sandbox.commands().stream(CommandSpec.of("python3", "hello.py"))),
 *     RemoteSandbox::kill)
 * }</pre>
 */
public final class RemoteSandbox {

    private final String id;
    private final SandboxClient client;
    private final Calls calls;

    RemoteSandbox(String id, SandboxClient client, Calls calls) {
        this.id = id;
        this.client = client;
        this.calls = calls;
    }

    public String id() {
        return id;
    }

    /** Processes in it. */
    public SandboxCommands commands() {
        boolean e2b = calls.settings().protocol() == Protocol.E2B;
        return new SandboxCommands(e2b ? new E2bCommands(calls, id) : new SandbarCommands(calls, id));
    }

    /** Files in it. */
    public SandboxFiles files() {
        return new SandboxFiles(calls, id, client.transfers());
    }

    /**
     * What happens to it behind an event, up to its end. Goes on over broken connections as {@link SandboxCommands#stream}
     * does; nothing comes behind {@code sandbox.ended}. Not with E2B's protocol.
     *
     * @param after the number of the last event that is known; 0 for all that are kept
     */
    public Flux<SandboxEvent> events(long after) {
        if (calls.settings().protocol() == Protocol.E2B) {
            return Flux.error(() -> new UnsupportedOperationException("E2B's protocol has no events of a sandbox"));
        }
        return new Following<>(calls, id, this::eventsCall, SandboxEvent::read, SandboxEvent::isLast).after(after);
    }

    private Call eventsCall(long after) {
        return Call.get("/sandboxes/{id}/events?after={after}", id, after).header("Accept", "text/event-stream");
    }

    /** As {@link SandboxClient#get}. */
    public Mono<SandboxInfo> info() {
        return client.get(id);
    }

    /** As {@link SandboxClient#renew}. */
    public Mono<Void> renew(Duration timeout) {
        return client.renew(id, timeout);
    }

    /** As {@link SandboxClient#kill}. */
    public Mono<Boolean> kill() {
        return client.kill(id);
    }

    @Override
    public String toString() {
        return "RemoteSandbox[" + id + "]";
    }
}

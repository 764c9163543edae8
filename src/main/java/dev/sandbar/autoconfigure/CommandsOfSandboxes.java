package dev.sandbar.autoconfigure;

import dev.sandbar.command.Cause;
import dev.sandbar.command.Commands;
import dev.sandbar.runtime.Agent;
import dev.sandbar.sandbox.EndCause;
import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.SandboxListener;
import reactor.core.publisher.Mono;

/** Commands share the fate of their sandbox. */
final class CommandsOfSandboxes implements SandboxListener {

    private final Commands commands;

    CommandsOfSandboxes(Commands commands) {
        this.commands = commands;
    }

    @Override
    public Mono<Void> adopted(Sandbox sandbox, Agent agent) {
        return commands.adopted(sandbox.id(), agent);
    }

    @Override
    public Mono<Void> ending(Sandbox sandbox, EndCause cause) {
        return Mono.defer(() -> commands.endSandbox(sandbox.id(), cause(cause)));
    }

    @Override
    public Mono<Void> forgotten(Sandbox sandbox) {
        return commands.forgotten(sandbox.id());
    }

    private static Cause cause(EndCause cause) {
        return switch (cause) {
            case EXPIRED -> Cause.SANDBOX_EXPIRED;
            case HOST_RESTART -> Cause.HOST_RESTART;
            case KILLED, AGENT_GONE, DISK, NOT_CREATED -> Cause.SANDBOX_KILLED;
        };
    }
}

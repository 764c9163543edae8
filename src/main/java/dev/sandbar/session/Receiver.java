package dev.sandbar.session;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessSpec;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A process in a sandbox that is fed. */
final class Receiver {

    private final Agent agent;
    private final ProcessSpec process;
    private final Offsets taken = new Offsets();
    private final Sinks.Empty<Void> started = Sinks.empty();
    private final List<String> complaints = new ArrayList<>();

    Receiver(Agent agent, ProcessSpec process) {
        this.agent = agent;
        this.process = process;
    }

    /** Runs it while the feeding feeds it, and closes its input after that; it has to exit with 0. */
    Mono<Void> fed(Mono<Void> feeding) {
        Mono<Void> running =
                agent.start(process, taken.flux()).concatMap(this::take, 1).then();
        Mono<Void> input = started.asMono().then(feeding).then(agent.closeInput(process.id()));
        return Mono.when(running, input);
    }

    Mono<Void> write(byte[] bytes) {
        return agent.write(process.id(), bytes);
    }

    private Mono<Void> take(ProcessEvent event) {
        if (event instanceof ProcessEvent.Started) started.tryEmitEmpty();
        if (event instanceof ProcessEvent.Output output) {
            taken.emit(output.offset() + output.bytes().length);
            Shell.keep(complaints, output.bytes());
        }
        return event instanceof ProcessEvent.Exited exited ? over(exited) : Mono.empty();
    }

    private Mono<Void> over(ProcessEvent.Exited exited) {
        taken.complete();
        boolean well = !exited.signalled() && exited.code() == 0;
        return well ? Mono.empty() : Mono.error(new CarryException("its files can't be unpacked: " + complaints));
    }
}

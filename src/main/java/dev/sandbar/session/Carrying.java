package dev.sandbar.session;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessSpec;
import dev.sandbar.sandbox.Sandboxes;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Carries the files of {@code /home/user} from one sandbox to another: as an archive that is never whole anywhere, no
 * faster than the receiver takes it. What has arrived is packed again there, and has to be the same bytes.
 */
final class Carrying {

    private static final String PACK = "cd /home/user && tar --sort=name --format=gnu --numeric-owner -cf - .";

    /** Takes all of its input, whatever becomes of it, so that nobody writes to a process that is gone. */
    private static final String UNPACK = "cd /home/user && find . -mindepth 1 -delete"
            + " && tar --numeric-owner -xpf -; status=$?; cat > /dev/null; exit $status";

    private static final int KILL = 9;

    private final Sandboxes sandboxes;
    private final FileOwner user;

    /** Files may belong to root, where there is one: then only root can carry them as they are. */
    Carrying(Sandboxes sandboxes) {
        this.sandboxes = sandboxes;
        this.user = sandboxes.users().contains("root") ? FileOwner.ROOT : FileOwner.USER;
    }

    /** Emits what was carried, in words for people. Lazy; fails with {@link CarryException} where it isn't all there. */
    Mono<String> carry(String from, String to) {
        return Mono.defer(() -> carry(sandboxes.agent(from), sandboxes.agent(to)));
    }

    private Mono<String> carry(Agent from, Agent to) {
        Digest sent = new Digest();
        Digest arrived = new Digest();
        Receiver receiver = new Receiver(to, Shell.process(UNPACK, user, true));
        Mono<Void> moved = receiver.fed(packed(from, sent, receiver::write));
        return moved.then(packed(to, arrived, bytes -> Mono.empty()))
                .then(Mono.fromSupplier(() -> told(sent, arrived)));
    }

    private static String told(Digest sent, Digest arrived) {
        if (!sent.hex().equals(arrived.hex())) {
            throw new CarryException("its files arrived otherwise than they were sent");
        }
        return "the files of /home/user were carried over (" + sent.bytes() + " bytes as an archive, verified)";
    }

    /** Hands over the archive piece by piece. Status 1 says that a file changed meanwhile: the archive is whole. */
    private Mono<Void> packed(Agent agent, Digest digest, Sink to) {
        Offsets taken = new Offsets();
        List<String> complaints = new ArrayList<>();
        ProcessSpec process = Shell.process(PACK, user, false);
        Flux<Void> packing =
                agent.start(process, taken.flux()).concatMap(event -> packed(event, digest, to, taken, complaints), 1);
        Mono<Void> killed = agent.signal(process.id(), KILL).onErrorComplete();
        return Flux.usingWhen(
                        Mono.just(process),
                        started -> packing,
                        started -> Mono.empty(),
                        (started, error) -> killed,
                        started -> killed)
                .then();
    }

    private static Mono<Void> packed(
            ProcessEvent event, Digest digest, Sink to, Offsets taken, List<String> complaints) {
        if (event instanceof ProcessEvent.Exited exited) {
            taken.complete();
            boolean whole = !exited.signalled() && exited.code() <= 1;
            return whole ? Mono.empty() : Mono.error(new CarryException("its files can't be packed: " + complaints));
        }
        if (!(event instanceof ProcessEvent.Output output)) return Mono.empty();
        taken.emit(output.offset() + output.bytes().length);
        if (output.stream() == ProcessEvent.Stream.STDERR) {
            Shell.keep(complaints, output.bytes());
            return Mono.empty();
        }
        digest.add(output.bytes());
        return to.write(output.bytes());
    }

    /** Completes when the bytes were taken. */
    private interface Sink {
        Mono<Void> write(byte[] bytes);
    }
}

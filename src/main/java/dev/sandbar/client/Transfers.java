package dev.sandbar.client;

import java.nio.file.Path;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Writes what is downloaded into files, and reads what is uploaded from files, on threads of its own. */
final class Transfers implements AutoCloseable {

    private static final int THREADS = 8;
    private static final int WAITING = 1000;
    private static final int AHEAD = 4;

    private final Scheduler files = Schedulers.newBoundedElastic(THREADS, WAITING, "sandbar-client-files", 30, true);

    /** Lazy. Cancelling removes what was written. */
    Mono<Long> save(Flux<Download.Piece> pieces, Path target) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> new TempFile(target)),
                temporary -> written(pieces, temporary),
                saved -> Mono.empty(),
                (failed, error) -> discard(failed),
                this::discard);
    }

    private Mono<Long> written(Flux<Download.Piece> pieces, TempFile temporary) {
        return pieces.publishOn(files, AHEAD).doOnNext(temporary::write).then(Mono.fromCallable(temporary::commit));
    }

    private Mono<Void> discard(TempFile temporary) {
        return Mono.<Void>fromRunnable(temporary::discard).subscribeOn(files);
    }

    /** What a file holds, as long as it stays the same. Lazy. */
    Mono<Body> read(Path source) {
        return Mono.fromCallable(() -> LocalFile.of(source))
                .map(file -> Body.again(file.read(files), file.size()))
                .subscribeOn(files);
    }

    @Override
    public void close() {
        files.dispose();
    }
}

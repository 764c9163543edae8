package dev.sandbar.web.idempotency;

import dev.sandbar.async.SingleFlight;
import dev.sandbar.store.StoreException;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.idempotency.KeyRecords.Kept;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Does work once for each key: claims the key by a record, does the work, and records that somebody was told. All who use
 * a key at the same time wait for one piece of work.
 */
final class Once implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Once.class);
    private static final int CLAIMS = 3;

    private final KeyRecords records;
    private final SingleFlight<KeyUse, Claim> works;
    private final SingleFlight<Told, Kept> tellings;

    Once(KeyRecords records, IdempotencySettings settings, Scheduler timer) {
        this.records = records;
        this.works = new SingleFlight<>("Idempotency-Keys", settings.limit(), settings.atOnce(), timer);
        this.tellings = new SingleFlight<>("Answers with Idempotency-Keys", settings.limit(), settings.atOnce(), timer);
    }

    /**
     * A key that belongs to this request.
     *
     * @param done whether the work was done; otherwise it is to be
     */
    private record Claim(Kept kept, boolean done, boolean replayed) {

        Outcome outcome(boolean first) {
            KeyRecord record = kept.record();
            return new Outcome(record.reference(), record.answer(), replayed || !first);
        }
    }

    /** That somebody is told what a key has made. */
    private record Told(KeyUse use, String reference) {}

    Mono<Outcome> outcome(KeyUse use, Work work) {
        return Mono.defer(() -> {
            AtomicBoolean first = new AtomicBoolean();
            Mono<Claim> done = works.join(use, () -> {
                first.set(true);
                return done(use, work);
            });
            return done.flatMap(claim -> told(use, claim)).map(claim -> claim.outcome(first.get()));
        });
    }

    private Mono<Claim> done(KeyUse use, Work work) {
        return claim(use, work)
                .retryWhen(Retry.max(CLAIMS)
                        .filter(StoreException.Conflict.class::isInstance)
                        .onRetryExhaustedThrow((retries, last) -> last.failure()))
                .flatMap(claim -> claim.done() ? Mono.just(claim) : run(use, work, claim.kept()));
    }

    private Mono<Claim> claim(KeyUse use, Work work) {
        return records.find(use.id())
                .flatMap(kept -> known(use, work, kept))
                .switchIfEmpty(
                        Mono.defer(() -> records.add(use.id(), begun(use, work)).map(Once::toDo)));
    }

    private Mono<Claim> known(KeyUse use, Work work, Kept kept) {
        KeyRecord record = kept.record();
        if (records.isOver(record)) return again(use, work, kept);
        if (!record.fingerprint().equals(use.fingerprint())) return Mono.error(Once::another);
        if (record.answered()) return Mono.just(found(kept));
        return work.isThere(record.reference())
                .flatMap(there -> there ? Mono.just(found(kept)) : again(use, work, kept));
    }

    private Mono<Claim> again(KeyUse use, Work work, Kept kept) {
        return Mono.defer(
                () -> records.write(use.id(), begun(use, work), kept.version()).map(Once::toDo));
    }

    private KeyRecord begun(KeyUse use, Work work) {
        return KeyRecord.begun(use, work.reference(), records.now());
    }

    private static Claim toDo(Kept kept) {
        return new Claim(kept, false, false);
    }

    private static Claim found(Kept kept) {
        return new Claim(kept, true, true);
    }

    private static ApiException another() {
        return new ApiException(
                422, "This Idempotency-Key belongs to another request: use another key, or send what was sent with it");
    }

    private Mono<Claim> run(KeyUse use, Work work, Kept begun) {
        return work.run(begun.record().reference())
                .flatMap(answer -> kept(use, begun, answer))
                .defaultIfEmpty(new Claim(begun, true, false))
                .onErrorResume(refusal -> records.remove(use.id(), begun)
                        .onErrorComplete(StoreException.class)
                        .then(Mono.error(refusal)));
    }

    /** The answer is given once even where it can't be kept. */
    private Mono<Claim> kept(KeyUse use, Kept begun, Answer answer) {
        KeyRecord given = begun.record().answered(answer, records.now());
        boolean tooLong = answer.body().length() > Answer.LONGEST;
        KeyRecord recorded = tooLong ? begun.record().answered(null, records.now()) : given;
        return records.write(use.id(), recorded, begun.version())
                .onErrorResume(StoreException.class, error -> notKept(begun, error))
                .map(kept -> new Claim(new Kept(given, kept.version()), true, false));
    }

    /** Only now, when there is somebody to be told: what nobody knows of may be made anew when it has ended. */
    private Mono<Claim> told(KeyUse use, Claim claim) {
        KeyRecord record = claim.kept().record();
        if (record.answered()) return Mono.just(claim);
        return tellings.join(new Told(use, record.reference()), () -> telling(use, claim.kept()))
                .map(kept -> new Claim(kept, true, claim.replayed()));
    }

    /** Where it can't be recorded what was made is there all the same, and found by its reference. */
    private Mono<Kept> telling(KeyUse use, Kept begun) {
        return records.write(use.id(), begun.record().answered(null, records.now()), begun.version())
                .onErrorResume(StoreException.class, error -> notKept(begun, error));
    }

    private static Mono<Kept> notKept(Kept begun, StoreException error) {
        if (error instanceof StoreException.Conflict) log.debug("Another has recorded an answer", error);
        else log.warn("An answer with an Idempotency-Key can't be recorded: {}", error.toString());
        return Mono.just(begun);
    }

    @Override
    public void close() {
        works.close();
        tellings.close();
    }
}

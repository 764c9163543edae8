package dev.sandbar.web.idempotency;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Work that a test holds up; it counts its runs. What it makes is in a set, unless it gives an answer. */
final class Job implements Work {

    final AtomicInteger runs = new AtomicInteger();
    final Set<String> made = ConcurrentHashMap.newKeySet();
    private final AtomicInteger references = new AtomicInteger();
    private final @Nullable Answer answer;
    volatile Mono<Void> before = Mono.empty();

    private Job(@Nullable Answer answer) {
        this.answer = answer;
    }

    static Job making() {
        return new Job(null);
    }

    static Job answering(String body) {
        return new Job(new Answer(200, body));
    }

    @Override
    public String reference() {
        return "made" + references.incrementAndGet();
    }

    @Override
    public Mono<Answer> run(String reference) {
        return Mono.defer(() -> {
            runs.incrementAndGet();
            return before.then(Mono.fromSupplier(() -> {
                made.add(reference);
                return answer;
            }));
        });
    }

    @Override
    public Mono<Boolean> isThere(String reference) {
        return answer == null ? Mono.fromSupplier(() -> made.contains(reference)) : Work.super.isThere(reference);
    }
}

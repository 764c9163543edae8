package dev.sandbar.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.store.Commit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class AnswersTests {

    private final Answers answers = new Answers();

    /** Who is answered, on which thread. */
    private Thread answered() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        CompletableFuture<Waiting> waiting = new CompletableFuture<>();
        Mono.<Commit>create(caller -> waiting.complete(new Waiting(caller, List.of())))
                .subscribe(commit -> thread.complete(Thread.currentThread()));
        Waiting commit = waiting.get(10, TimeUnit.SECONDS);
        commit.done(new Commit(1, Map.of()));
        answers.give(List.of(commit));
        return thread.get(10, TimeUnit.SECONDS);
    }

    @Test
    void itsThreadsKeepNoProcessAlive() throws Exception {
        Thread thread = answered();
        assertThat(thread.getName()).startsWith("store-answer-");
        assertThat(thread.isDaemon()).isTrue();
        answers.close();
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void whoIsAnsweredAfterTheEndIsAnsweredAtOnce() throws Exception {
        answers.close();
        assertThat(answered()).isSameAs(Thread.currentThread());
    }
}

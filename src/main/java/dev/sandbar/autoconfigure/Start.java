package dev.sandbar.autoconfigure;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.command.Commands;
import dev.sandbar.sandbox.Recovery;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.session.SessionRecovery;
import dev.sandbar.session.Sessions;
import dev.sandbar.token.BearerTokens;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Takes up what an earlier run has left; calls that come meanwhile wait for that. */
final class Start implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Sandboxes.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Sandboxes sandboxes;
    private final Commands commands;
    private final Sessions sessions;
    private final BearerTokens tokens;
    private final BackgroundTasks tasks;
    private volatile boolean running;

    Start(Sandboxes sandboxes, Commands commands, Sessions sessions, BearerTokens tokens, BackgroundTasks tasks) {
        this.sandboxes = sandboxes;
        this.commands = commands;
        this.sessions = sessions;
        this.tokens = tokens;
        this.tasks = tasks;
    }

    @Override
    public void start() {
        running = true;
        tasks.start("Recovery", recover());
    }

    /** The commands' records first: they are needed when a sandbox is taken up; sessions look what became of theirs. */
    private Mono<Void> recover() {
        Mono<Void> loaded = again(commands.load());
        Mono<Recovery> taken = again(sandboxes.recover()).doOnNext(Start::tell);
        Mono<SessionRecovery> opened = again(sessions.recover()).doOnNext(Start::tell);
        return loaded.then(taken)
                .then(opened)
                .then(again(commands.keepOnly(sandboxes::remembers)))
                .then(again(tokens.keepOnly(sandboxes::remembers)))
                .then();
    }

    /** A store that can't be read now is asked until it can. */
    private static <T> Mono<T> again(Mono<T> step) {
        return step.doOnError(error -> log.warn("What an earlier run has left can't be taken up yet", error))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, PAUSE));
    }

    private static void tell(Recovery recovery) {
        if (recovery.adopted() + recovery.ended() + recovery.swept() == 0) return;
        log.info(
                "Of an earlier run {} and {}; {} without a record were destroyed",
                Counts.of(recovery.adopted(), "sandbox goes on", "sandboxes go on"),
                Counts.of(recovery.ended(), "has ended or is being ended", "have ended or are being ended"),
                recovery.swept());
    }

    private static void tell(SessionRecovery recovery) {
        if (recovery.live() == 0) return;
        log.info("Of an earlier run {}", Counts.of(recovery.live(), "session goes on", "sessions go on"));
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}

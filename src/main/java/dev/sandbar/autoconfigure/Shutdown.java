package dev.sandbar.autoconfigure;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.command.Commands;
import dev.sandbar.event.Events;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.session.Sessions;
import dev.sandbar.web.sse.ServerSentEvents;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Ends streams and background work while the event loops still turn; the sandboxes go on, unless they are to end. */
final class Shutdown implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Sandboxes.class);
    private static final Duration ENDS = Duration.ofSeconds(25);
    private static final Duration STREAMS = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(10);

    private final OnStop onStop;
    private final Sandboxes sandboxes;
    private final Sessions sessions;
    private final Commands commands;
    private final Events events;
    private final ObjectProvider<ServerSentEvents> streams;
    private final BackgroundTasks tasks;
    private final BackgroundTasks last = new BackgroundTasks("Shutdown", 1, Schedulers.parallel());
    private volatile boolean running;

    Shutdown(
            OnStop onStop,
            Sandboxes sandboxes,
            Sessions sessions,
            Commands commands,
            Events events,
            ObjectProvider<ServerSentEvents> streams,
            BackgroundTasks tasks) {
        this.onStop = onStop;
        this.sandboxes = sandboxes;
        this.sessions = sessions;
        this.commands = commands;
        this.events = events;
        this.streams = streams;
        this.tasks = tasks;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop(Runnable stopped) {
        running = false;
        Mono<Void> work = sandboxesEnd()
                .then(Mono.defer(this::callsEnd))
                .then(Mono.defer(this::streamsEnd))
                .doOnTerminate(tasks::close);
        last.start("Stop", work.onErrorComplete().then(Mono.fromRunnable(stopped)));
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    private Mono<Void> sandboxesEnd() {
        sandboxes.createNoMore();
        if (onStop == OnStop.END) return endAll();
        int count = sandboxes.count();
        if (count > 0) {
            log.info(
                    "{}; the next start takes up what is left then",
                    Counts.of(count, "sandbox goes on until its deadline", "sandboxes go on until their deadlines"));
        }
        return Mono.empty();
    }

    /** Those too that are being taken up or made. */
    private Mono<Void> endAll() {
        return sandboxes
                .endAll()
                .timeout(ENDS)
                .doOnNext(ended -> log.info("{} ended", Counts.of(ended, "sandbox was", "sandboxes were")))
                .doOnError(late -> log.warn("Not all sandboxes could be ended: the next start goes on with it", late))
                .onErrorComplete()
                .then();
    }

    /** Tool calls get their ends; those of commands say that these go on. */
    private Mono<Void> callsEnd() {
        return Mono.when(sessions.stopCalls(), Mono.fromRunnable(commands::close));
    }

    /**
     * Their clients have a moment to take what is left for them. The sources end first: to commands it would look as if
     * their readers had left.
     */
    private Mono<Void> streamsEnd() {
        ServerSentEvents open = streams.getIfAvailable();
        events.close();
        if (open == null) return Mono.empty();
        open.end();
        return Flux.interval(Duration.ZERO, LOOK)
                .filter(look -> open.open() == 0)
                .next()
                .timeout(STREAMS, Mono.empty())
                .then();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}

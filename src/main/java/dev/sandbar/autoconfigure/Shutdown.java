package dev.sandbar.autoconfigure;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.command.Commands;
import dev.sandbar.event.Events;
import dev.sandbar.web.sse.ServerSentEvents;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/** Ends streams and background work while the event loops still turn; the sandboxes themselves are spared. */
final class Shutdown implements SmartLifecycle {

    private final ObjectProvider<ServerSentEvents> streams;
    private final Events events;
    private final Commands commands;
    private final BackgroundTasks tasks;
    private volatile boolean running;

    Shutdown(ObjectProvider<ServerSentEvents> streams, Events events, Commands commands, BackgroundTasks tasks) {
        this.streams = streams;
        this.events = events;
        this.commands = commands;
        this.tasks = tasks;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        streams.ifAvailable(ServerSentEvents::end);
        events.close();
        commands.close();
        tasks.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}

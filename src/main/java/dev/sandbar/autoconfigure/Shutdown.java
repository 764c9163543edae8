package dev.sandbar.autoconfigure;

import dev.sandbar.async.BackgroundTasks;
import dev.sandbar.command.Commands;
import org.springframework.context.SmartLifecycle;

/** Ends streams and background work while the event loops still turn; the sandboxes themselves are spared. */
final class Shutdown implements SmartLifecycle {

    private final Commands commands;
    private final BackgroundTasks tasks;
    private volatile boolean running;

    Shutdown(Commands commands, BackgroundTasks tasks) {
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
        commands.close();
        tasks.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}

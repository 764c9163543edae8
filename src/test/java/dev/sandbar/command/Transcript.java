package dev.sandbar.command;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** A reader that writes down what it sees, and requests what the test tells it to. */
final class Transcript extends BaseSubscriber<CommandEvent> {

    final List<CommandEvent> events = new CopyOnWriteArrayList<>();
    volatile @Nullable Throwable error;
    volatile boolean completed;

    private Transcript() {}

    static Transcript of(Command command, Position position) {
        Transcript transcript = idle(command, position);
        transcript.request(Long.MAX_VALUE);
        return transcript;
    }

    /** One that has requested nothing yet. */
    static Transcript idle(Command command, Position position) {
        return idle(command.follow(position));
    }

    static Transcript idle(Flux<CommandEvent> events) {
        Transcript transcript = new Transcript();
        events.subscribe(transcript);
        return transcript;
    }

    String text() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (CommandEvent event : events) {
            if (event instanceof CommandEvent.Output output) text.writeBytes(output.bytes());
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    List<CommandEvent> ends() {
        return events.stream().filter(CommandEvent.Ended.class::isInstance).toList();
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        // nothing is requested by itself
    }

    @Override
    protected void hookOnNext(CommandEvent event) {
        events.add(event);
    }

    @Override
    protected void hookOnError(Throwable throwable) {
        error = throwable;
    }

    @Override
    protected void hookOnComplete() {
        completed = true;
    }
}

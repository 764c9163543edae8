package dev.sandbar.command;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** What a reader that has joined takes from the log; for one subscriber. */
final class LogFlux extends Flux<CommandEvent> {

    private final LogReader reader;

    LogFlux(LogReader reader) {
        this.reader = reader;
    }

    @Override
    public void subscribe(CoreSubscriber<? super CommandEvent> actual) {
        reader.begin(actual);
    }
}

package dev.sandbar.command;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** Each subscription is a reader of its own. */
final class LogFlux extends Flux<CommandEvent> {

    private final OutputLog log;
    private final CommandEvent.Started started;
    private final Position position;

    LogFlux(OutputLog log, CommandEvent.Started started, Position position) {
        this.log = log;
        this.started = started;
        this.position = position;
    }

    @Override
    public void subscribe(CoreSubscriber<? super CommandEvent> actual) {
        LogReader reader = new LogReader(log, actual);
        if (!position.isByNumber()) reader.prefix(started);
        RuntimeException refusal = log.join(reader, position);
        if (refusal == null) reader.begin();
        else Operators.error(actual, refusal);
    }
}

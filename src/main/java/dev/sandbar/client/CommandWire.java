package dev.sandbar.client;

import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Commands of one sandbox by one protocol. Nothing happens before a subscription. */
interface CommandWire {

    /** Starts it under this id; done as soon as it runs. */
    Mono<Void> start(String id, CommandSpec spec);

    /** Starts it under this id and reads it to its end. */
    Flux<CommandOutput> stream(String id, CommandSpec spec);

    /** Reads it behind a number, as far as the protocol has numbers. */
    Flux<CommandOutput> output(String id, long after);

    Mono<Void> send(String id, byte[] bytes);

    Mono<Void> closeInput(String id);

    Mono<Void> signal(String id, CommandSignal signal);

    /** Asks it to end, and ends it when the grace is over. */
    Mono<Void> kill(String id, Duration grace);

    Mono<CommandInfo> get(String id);

    Flux<CommandInfo> list();
}

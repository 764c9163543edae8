package dev.sandbar.session.tool;

import reactor.core.publisher.Flux;

/**
 * One tool.
 *
 * @param <A> its arguments, checked
 */
interface Tool<A> {

    ToolDescription description();

    /** Reads the arguments; {@link ToolArgumentException} names what is wrong. */
    A parse(Arguments arguments);

    /** Lazy; cancelling ends what runs. Fails with {@link ToolFailure} for what is to be the call's result. */
    Flux<ToolEvent> run(ToolSandbox sandbox, ReadFiles seen, A call);
}

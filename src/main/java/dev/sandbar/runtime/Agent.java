package dev.sandbar.runtime;

import java.time.Instant;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The agent of one sandbox, spoken to over a channel of its own (see {@code src/docs/agent-protocol.md}).
 *
 * <p>Every publisher is lazy: each subscription is one conversation on one connection, which is closed with it. All
 * fail with {@link AgentException} when the agent refuses, and with {@link AgentGoneException} when it can't be reached,
 * breaks the protocol or doesn't answer in time. Values are emitted on the channel's event loop: don't block there.
 * Cancelling closes the connection; it never ends a process.
 */
public interface Agent {

    /** Completes when the agent's connection has ended, for whatever reason; the sandbox is then to be destroyed. */
    Mono<Void> gone();

    /** Tells the agent until when it must not end the sandbox by itself. */
    Mono<Void> deadline(Instant deadline);

    /**
     * Starts a process and follows it: {@link ProcessEvent.Started} first, then {@link ProcessEvent.Output}, and
     * {@link ProcessEvent.Exited} last. Reads from the agent only what is requested.
     *
     * @param acknowledged offsets that the subscriber has taken for good; the agent keeps what lies behind the last
     *     one, and stops reading the process's output when it keeps too much. Subscribed once for each conversation,
     *     cancelled with it. Its completion, after the exit was emitted, acknowledges the exit: only then does the agent
     *     forget the process, and the flux complete. A flux that is cancelled or fails before leaves the ended process
     *     with the agent, to be attached to again. One that completes early forgets the process with its exit.
     */
    Flux<ProcessEvent> start(ProcessSpec spec, Publisher<Long> acknowledged);

    /**
     * Follows a process that was started before, from the given offset or the oldest byte that is still kept; also one
     * that has ended since, as long as its exit was not acknowledged.
     */
    Flux<ProcessEvent> attach(String processId, long offset, Publisher<Long> acknowledged);

    /** Processes that the agent knows, running ones and ended ones whose exit nobody took. */
    Flux<ProcessInfo> processes();

    /** Writes to a process's standard input; completes when all of it is in the pipe. At most {@code bytes} in flight. */
    Mono<Void> write(String processId, byte[] bytes);

    /** Closes a process's standard input; completes also when it was closed already. */
    Mono<Void> closeInput(String processId);

    /**
     * Sends a signal, for example 15, to what is left of the process's group, also when the process itself has ended and
     * its exit was not acknowledged; 0 only asks. {@link AgentException.Code#NOT_FOUND} when nothing is left.
     */
    Mono<Void> signal(String processId, int signal);

    /** Describes a path without following a link at its end. */
    Mono<FileEntry> stat(String path);

    /** Lists a directory, depth first, at least one level. */
    Flux<FileEntry> list(String path, int depth);

    /** Makes a directory and its parents; {@link AgentException.Code#EXISTS} when it is there already. */
    Mono<FileEntry> makeDirectory(String path, FileOwner owner);

    /** Renames; the target's parents are made. */
    Mono<FileEntry> move(String source, String target, FileOwner owner);

    /** Removes a path with all that is in it; a missing one is no error. */
    Mono<Void> remove(String path);

    /** Reads an ordinary file: {@link FileEvent.Opened} first, then its bytes. */
    Flux<FileEvent> read(String path, long offset, long length);

    /**
     * Replaces or makes a file, with its parents. Nothing changes unless all of the content has arrived: an error of
     * the content, or a cancel, leaves the old file.
     */
    Mono<FileEntry> write(FileWrite file, Publisher<byte[]> content);
}

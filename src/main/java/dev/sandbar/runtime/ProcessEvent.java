package dev.sandbar.runtime;

/** What a process does, in order. */
public sealed interface ProcessEvent {

    /**
     * It runs.
     *
     * @param pid process id inside the sandbox
     */
    record Started(long pid) implements ProcessEvent {}

    /**
     * Bytes that it wrote.
     *
     * @param offset how many bytes it wrote before these, both streams together
     * @param bytes at least one; not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // handed through untouched, never compared
    record Output(long offset, Stream stream, byte[] bytes) implements ProcessEvent {}

    /**
     * It ended, and all of its output was emitted.
     *
     * @param signalled whether a signal ended it
     * @param code exit code, or number of the signal
     * @param timedOut whether its time-out was the reason
     */
    record Exited(boolean signalled, int code, boolean timedOut) implements ProcessEvent {}

    /** Which of its outputs. */
    enum Stream {
        STDOUT,
        STDERR
    }
}

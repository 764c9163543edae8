package dev.sandbar.runtime.channel;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.FileEntry;
import dev.sandbar.runtime.ProcessEvent;
import dev.sandbar.runtime.ProcessInfo;

/** One well-formed frame from the agent. */
sealed interface Answer {

    record Ok() implements Answer {}

    record Pong(long number) implements Answer {}

    record Refused(AgentException.Code code, String message) implements Answer {}

    record Started(long pid) implements Answer {}

    record Output(ProcessEvent.Output event) implements Answer {}

    record Exit(boolean signalled, boolean timedOut, int code, long endOffset) implements Answer {}

    record Known(ProcessInfo info) implements Answer {}

    /** {@code bytes} is how long the frame was. */
    record Entry(FileEntry entry, int bytes) implements Answer {}

    record Hello(int version, String mark) implements Answer {}

    @SuppressWarnings("ArrayRecordComponent") // handed through untouched, never compared
    record Data(byte[] bytes) implements Answer {}

    /** This answer as the one that is expected; fails with what the agent refused, or because it is another one. */
    default <T extends Answer> T as(Class<T> expected) {
        if (expected.isInstance(this)) return expected.cast(this);
        if (this instanceof Refused refused) throw new AgentException(refused.code(), refused.message());
        throw unexpected();
    }

    default ProtocolException unexpected() {
        return new ProtocolException("unexpected " + getClass().getSimpleName());
    }
}

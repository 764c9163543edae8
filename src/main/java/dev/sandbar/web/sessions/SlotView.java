package dev.sandbar.web.sessions;

import dev.sandbar.session.Slot;
import dev.sandbar.session.SlotState;
import dev.sandbar.web.http.Times;
import org.jspecify.annotations.Nullable;

/**
 * A session's sandbox as clients see it.
 *
 * @param next what is being made in its place
 */
record SlotView(
        String state,
        @Nullable String sandboxID,
        @Nullable String hardware,
        @Nullable String error,
        String since,
        @Nullable NextView next) {

    record NextView(String sandboxID, String hardware) {}

    static SlotView of(Slot slot) {
        Slot.Next next = slot.state() == SlotState.REPLACING ? slot.next() : null;
        return new SlotView(
                slot.state().wireName(),
                slot.sandboxId(),
                slot.hardware(),
                slot.error(),
                Times.text(slot.since()),
                next == null ? null : new NextView(next.sandboxId(), next.hardware()));
    }
}

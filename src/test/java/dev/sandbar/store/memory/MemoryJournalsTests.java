package dev.sandbar.store.memory;

import dev.sandbar.store.Journals;
import dev.sandbar.store.JournalsContract;

class MemoryJournalsTests extends JournalsContract {

    private final MemoryJournals journals = new MemoryJournals(KEPT);

    @Override
    protected Journals journals() {
        return journals;
    }

    @Override
    protected Journals again() {
        return journals;
    }
}

package dev.sandbar.store.memory;

import dev.sandbar.store.Store;
import dev.sandbar.store.StoreContract;

class MemoryStoreTests extends StoreContract {

    @Override
    protected Store open() {
        return new MemoryStore();
    }
}

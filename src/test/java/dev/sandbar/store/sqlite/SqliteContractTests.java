package dev.sandbar.store.sqlite;

import dev.sandbar.store.Store;
import dev.sandbar.store.StoreContract;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteContractTests extends StoreContract {

    @TempDir
    Path directory;

    private @Nullable SqliteStore store;

    @Override
    protected Store open() {
        SqliteStore opened = SqliteStore.open(directory.resolve("store.db"), SqliteSettings.DEFAULT);
        store = opened;
        return opened;
    }

    @AfterEach
    void close() {
        if (store != null) store.close();
    }
}

package dev.sandbar.token;

import dev.sandbar.store.Change;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of a sandbox's tokens.
 *
 * @param version of its document
 * @param generation how often they were revoked
 * @param live the newest one of this generation; null where there was none yet
 */
record TokenState(long version, long generation, @Nullable Live live) {

    static final TokenState NONE = new TokenState(Change.NEW, 0, null);

    /** All that is needed to write a token anew. */
    record Live(String key, Instant expiresAt) {}

    boolean isRecorded() {
        return version != Change.NEW;
    }

    TokenState with(Live issued) {
        return new TokenState(version, generation, issued);
    }

    TokenState revoked() {
        return new TokenState(version, generation + 1, null);
    }

    TokenState at(long newVersion) {
        return new TokenState(newVersion, generation, live);
    }
}

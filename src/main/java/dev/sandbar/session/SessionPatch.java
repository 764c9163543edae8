package dev.sandbar.session;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change of what the owner says about a session.
 *
 * @param title the new one; null to leave it
 * @param metadata new values by name, null to remove one; names that aren't mentioned stay
 * @param revision that it must have now; null for any
 */
public record SessionPatch(
        @Nullable String title,
        Map<String, @Nullable String> metadata,
        @Nullable Long revision) {

    public SessionPatch {
        metadata = Collections.unmodifiableMap(new HashMap<>(metadata));
    }
}
